import { notFound, redirect } from "next/navigation";
import { heldPermissions } from "@/lib/access/held-permissions";
import { requireUser } from "@/lib/web/page";
import { adminPages } from "./admin-pages";

/** Leads to the first page that the visitor may see; there is nothing here for others. */
export default async function AdminPage() {
  const { context, within } = await requireUser("/admin");
  const permissions = await within(heldPermissions(context, context.actor.userId));
  const first = adminPages.find(({ permission }) => permissions.includes(permission));
  return first ? redirect(first.href) : notFound();
}
