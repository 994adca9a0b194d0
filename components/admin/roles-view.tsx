import { Check } from "lucide-react";
import Link from "next/link";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { PageTitle } from "@/components/ui/page-title";
import { textLink } from "@/components/ui/text-link";
import { type Permission, permissions, type Role } from "@/lib/access/schema";
import type { PutRoleAction } from "./admin-actions";
import { permissionWords } from "./permission-words";
import { RoleForm } from "./role-form";

type Props = {
  roles: Role[];
  held: Permission[];
  /** The role whose permissions are being changed. */
  editing: Role | null;
  /** What was filled in before something else was asked first. */
  typed: Pick<Role, "name" | "permissions"> | null;
  /** Null for who may only look. */
  action: PutRoleAction | null;
};

/** What each role allows. */
export function RolesView({ roles, held, editing, typed, action }: Props) {
  return (
    <>
      <PageTitle title="Roles">What each role allows. The built-in ones are fixed; a change of another counts at the next request of everyone who has it.</PageTitle>
      <ul className="grid gap-4 md:grid-cols-2 xl:grid-cols-3">
        {roles.map((role) => (
          <li key={role.name}>
            <Card className="h-full p-4">
              <div className="flex flex-wrap items-center gap-2">
                <h2 className="text-16 font-semibold">{role.name}</h2>
                {role.builtIn && <Badge tone="quiet">Built in</Badge>}
                {action && !role.builtIn && role.permissions.every((permission) => held.includes(permission)) && (
                  <Link href={`/admin/users/roles?edit=${role.name}#role-form`} prefetch={false} className={`${textLink} ms-auto text-13`}>
                    Change<span className="sr-only"> {role.name}</span>
                  </Link>
                )}
              </div>
              {role.permissions.length > 0 ? (
                <ul className="mt-2 space-y-1 text-13">
                  {role.permissions.map((permission) => (
                    <li key={permission} className="flex items-center gap-2">
                      <Check size={14} aria-hidden="true" className="shrink-0 text-live" />
                      {permissionWords[permission]}
                    </li>
                  ))}
                </ul>
              ) : (
                <p className="mt-2 text-13 text-quiet">Their own account, nothing else.</p>
              )}
            </Card>
          </li>
        ))}
      </ul>
      {action && (
        <section id="role-form" aria-labelledby="role-form-heading" className="mt-8 max-w-[36rem]">
          <h2 id="role-form-heading" className="mb-3 text-16 font-semibold">
            {editing ? `Change ${editing.name}` : "Add a role"}
          </h2>
          <Card className="p-5">
            <RoleForm key={editing?.name ?? ""} role={editing} typed={typed} grantable={permissions.filter((permission) => held.includes(permission))} action={action} />
          </Card>
        </section>
      )}
    </>
  );
}
