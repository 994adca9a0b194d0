import type { ReactNode } from "react";
import { AccountHeader } from "@/components/shell/account-header";
import { SetUpBanner } from "@/components/shell/set-up-banner";
import { UnprovenBanner } from "@/components/shell/unproven-banner";
import { Toaster } from "@/components/ui/toast";
import { currentVisitor, visitorMustSetUp, visitorPermissions } from "@/lib/web/page";
import { approvalActions } from "./approvals";

/** As long as an account counts as new: its first picture may still be on its way. */
const NEW_MS = 60_000;

/** The frame of the private pages. It decides nothing: each page asks for its user itself. */
export default async function AccountLayout({ children }: { children: ReactNode }) {
  const [{ context, user, session }, permissions, mustSetUp] = await Promise.all([currentVisitor(), visitorPermissions(), visitorMustSetUp()]);
  return (
    <>
      {user && session && (
        <AccountHeader user={user} isNew={context.clock.now() - Date.parse(user.createdAt) < NEW_MS} session={session} approvals={approvalActions} admin={permissions.length > 0} />
      )}
      {mustSetUp && <SetUpBanner />}
      {user && !user.emailVerified && context.mailer && context.settings.EMAIL_VERIFICATION === "required" && <UnprovenBanner email={user.email} />}
      <main id="main" className="mx-auto max-w-[62rem] px-4 py-8 sm:py-10">
        {children}
      </main>
      <Toaster />
    </>
  );
}
