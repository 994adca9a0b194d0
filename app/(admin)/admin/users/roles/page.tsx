import type { Metadata } from "next";
import type { SearchParams } from "@/app/search-params";
import { RolesView } from "@/components/admin/roles-view";
import { listRoles } from "@/lib/access/list-roles";
import { requireAdministrator } from "@/lib/web/page";
import { putRoleAction } from "../actions";

export const metadata: Metadata = { title: "Roles" };

export default async function RolesPage({ searchParams }: { searchParams: SearchParams }) {
  const { context, within } = await requireAdministrator("/admin/users/roles", "users.read");
  const [{ items }, { edit }] = await Promise.all([within(listRoles(context)), searchParams]);
  return (
    <RolesView
      roles={items}
      held={[...context.held]}
      editing={items.find(({ name, builtIn }) => name === edit && !builtIn) ?? null}
      action={context.held.has("roles.manage") ? putRoleAction : null}
    />
  );
}
