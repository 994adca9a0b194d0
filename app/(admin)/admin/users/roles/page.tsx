import type { Metadata } from "next";
import type { SearchParams } from "@/app/search-params";
import { RolesView } from "@/components/admin/roles-view";
import { listRoles } from "@/lib/access/list-roles";
import { permissions } from "@/lib/access/schema";
import { requireAdministrator } from "@/lib/web/page";
import { typedHere } from "../../typed-here";
import { putRoleAction } from "../actions";
import { rolesPage } from "./roles-page";

export const metadata: Metadata = { title: "Roles" };

export default async function RolesPage({ searchParams }: { searchParams: SearchParams }) {
  const { context, within } = await requireAdministrator("/admin/users/roles", "users.read");
  const [{ items }, { edit }] = await Promise.all([within(listRoles(context)), searchParams]);
  const { name, permissions: allowed = "" } = typeof edit === "string" ? await typedHere(context, rolesPage(edit)) : {};
  return (
    <RolesView
      roles={items}
      held={[...context.held]}
      editing={items.find(({ name, builtIn }) => name === edit && !builtIn) ?? null}
      typed={name === undefined ? null : { name, permissions: permissions.filter((permission) => allowed.split(" ").includes(permission)) }}
      action={context.held.has("roles.manage") ? putRoleAction : null}
    />
  );
}
