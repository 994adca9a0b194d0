"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { useRef } from "react";
import { buttonClasses } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { FormErrors, fieldError } from "@/components/ui/form-errors";
import { Notice } from "@/components/ui/notice";
import { Submit } from "@/components/ui/submit";
import { toast } from "@/components/ui/toast";
import { useAction } from "@/components/ui/use-action";
import type { Permission, Role } from "@/lib/access/schema";
import type { PutRoleAction } from "./admin-actions";
import { permissionWords } from "./permission-words";

const labels = { name: "Name" };

type Props = { role: Role | null; /** What was filled in before something else was asked first. */ typed: Pick<Role, "name" | "permissions"> | null; grantable: Permission[]; action: PutRoleAction };

/** Only what one holds oneself can be granted, so only that is offered. */
export function RoleForm({ role, typed, grantable, action }: Props) {
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const { state, formProps, pending } = useAction(action, {
    onDone: ({ name }) => {
      toast(`${name} saved.`);
      if (!role) form.current?.reset();
      router.replace("/admin/users/roles", { scroll: false });
    },
  });
  const label = role ? "Save role" : "Add role";
  return (
    <form {...formProps} ref={form} noValidate className="space-y-4">
      {typed && state.status === "idle" && (
        <Notice role="status">
          <p>Nothing has been saved yet. Press “{label}” once more.</p>
        </Notice>
      )}
      <FormErrors state={state} labels={labels} />
      {role ? (
        <input type="hidden" name="name" value={role.name} />
      ) : (
        <Field label={labels.name} name="name" required autoComplete="off" maxLength={32} defaultValue={state.status === "failed" ? state.typed.name : typed?.name} error={fieldError(state, "name", labels.name)} hint="Letters, digits, dashes and underscores, as NIGHT_SHIFT." />
      )}
      <fieldset>
        <legend className="mb-1.5 font-medium">Allows to</legend>
        <ul className="space-y-1.5">
          {grantable.map((permission) => (
            <li key={permission}>
              <label className="flex items-center gap-2">
                <input type="checkbox" name={`may.${permission}`} defaultChecked={(typed ?? role)?.permissions.includes(permission) ?? false} className="size-4 accent-accent" />
                {permissionWords[permission]}
              </label>
            </li>
          ))}
        </ul>
      </fieldset>
      <div className="flex flex-wrap gap-2">
        <Submit pending={pending} busy="Saving…">
          {label}
        </Submit>
        {role && (
          <Link href="/admin/users/roles" prefetch={false} scroll={false} className={buttonClasses()}>
            Cancel
          </Link>
        )}
      </div>
    </form>
  );
}
