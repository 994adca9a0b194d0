import type { ReactNode } from "react";
import { approvalActions } from "@/app/(account)/approvals";
import { AdminNav } from "@/components/admin/admin-nav";
import { AccountHeader } from "@/components/shell/account-header";
import { Toaster } from "@/components/ui/toast";
import { currentVisitor, visitorPermissions } from "@/lib/web/page";
import { adminPages } from "./admin-pages";

/** The frame of the pages for administrators. It decides nothing: each page asks for its permission itself. */
export default async function AdminLayout({ children }: { children: ReactNode }) {
  const [{ user, session }, permissions] = await Promise.all([currentVisitor(), visitorPermissions()]);
  const pages = adminPages.filter(({ permission }) => permissions.includes(permission)).map(({ href, label }) => ({ href, label }));
  return (
    <>
      {user && session && <AccountHeader user={user} session={session} approvals={approvalActions} admin={permissions.length > 0} wide />}
      {pages.length > 0 && (
        <div className="px-4 pt-4">
          <AdminNav pages={pages} />
        </div>
      )}
      <main id="main" className="px-4 pt-5 pb-24">
        {children}
      </main>
      <Toaster />
    </>
  );
}
