"use client";

import { ConfirmedForm } from "@/components/devices/confirmed-form";
import { Notice } from "@/components/ui/notice";
import { Submit } from "@/components/ui/submit";
import { toast } from "@/components/ui/toast";
import { useAction } from "@/components/ui/use-action";
import type { AdminUser } from "@/lib/admin/schema";
import type { AboutToDo, UserActions } from "./admin-actions";
import { FilterSelect } from "./filter-fields";
import { MakeResetLink } from "./make-reset-link";

type Props = { user: AdminUser; roles: string[]; actions: UserActions; mail: boolean; typed: AboutToDo };

const buttons: Record<string, string> = { role: "Change role", disable: "Disable account", enable: "Enable account", "reset-link": "Make a reset link" };

/** What a user may do, and whether the account works at all. */
export function ManageUser({ user, roles, actions, mail, typed: { about = "", role = "" } }: Props) {
  const { state, formProps, pending } = useAction(actions.changeRole, {
    onDone: () => toast("Role changed. It counts from the next request on."),
  });
  const known = roles.includes(user.role) ? roles : [user.role, ...roles];
  const wanted = about === "role" && known.includes(role) ? role : user.role;
  return (
    <div className="space-y-3">
      {about in buttons && state.status === "idle" && (
        <Notice role="status">
          <p>Nothing has been changed yet. Press “{buttons[about]}” once more.</p>
        </Notice>
      )}
      <div className="flex flex-wrap items-end gap-x-6 gap-y-3">
        <form {...formProps} className="flex items-end gap-2">
          <input type="hidden" name="userId" value={user.id} />
          <FilterSelect key={user.role} label="Role" name="role" defaultValue={wanted} options={known.map((name) => [name, name] as const)} />
          <Submit tone="plain" pending={pending} busy="Saving…">
            Change role
          </Submit>
        </form>
        {!user.disabled && <MakeResetLink user={user} action={actions.makeResetLink} mail={mail} again={about === "reset-link"} />}
        {user.disabled ? (
          <ConfirmedForm
            action={actions.setDisabled}
            fields={{ userId: user.id, disabled: "false" }}
            label="Enable account"
            busy="Enabling…"
            tone="plain"
            again={about === "enable"}
            question="Enable this account again?"
            consequence={<p>Its owner can sign in again with the same password.</p>}
            onDone={() => toast("Account enabled.")}
          />
        ) : (
          <ConfirmedForm
            action={actions.setDisabled}
            fields={{ userId: user.id, disabled: "true" }}
            label="Disable account"
            busy="Disabling…"
            tone="end"
            again={about === "disable"}
            question="Disable this account?"
            consequence={<p>Every session of it ends within a second, and nobody can sign in to it until it is enabled again.</p>}
            onDone={() => toast("Account disabled. Every session of it has ended.")}
          />
        )}
      </div>
      {state.status === "failed" && (
        <Notice tone="end" role="alert">
          {state.message}
        </Notice>
      )}
    </div>
  );
}
