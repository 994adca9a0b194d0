import { notFound, redirect } from "next/navigation";
import { requireUser, visitorPermissions } from "@/lib/web/page";
import { adminPages } from "./admin-pages";

/** Leads to the first page that the visitor may see; there is nothing here for others. */
export default async function AdminPage() {
  await requireUser("/admin");
  const permissions = await visitorPermissions();
  const first = adminPages.find(({ permission }) => permissions.includes(permission));
  return first ? redirect(first.href) : notFound();
}
