"use client";

import { ConfirmedForm } from "@/components/devices/confirmed-form";
import { Field } from "@/components/ui/field";
import { fieldError, FormErrors } from "@/components/ui/form-errors";
import { Notice } from "@/components/ui/notice";
import { Submit } from "@/components/ui/submit";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";
import { useAction } from "@/components/ui/use-action";
import type { AdminUser } from "@/lib/admin/schema";
import type { Deletion } from "@/lib/leaving/schema";
import type { AboutToDo, DeletionActions } from "./admin-actions";

const labels = { email: "Email" };

type Props = { user: AdminUser; deletion: Deletion | null; days: number; /** Null for who may only look. */ actions: DeletionActions | null; typed: AboutToDo };

/** That an account is to be deleted, and the way to ask for it or to take it back. */
export function DeleteUser({ user, deletion, days, actions, typed: { about = "", email = "" } }: Props) {
  if (deletion) {
    return (
      <div className="flex flex-wrap items-center justify-between gap-3 rounded-lg border bg-surface px-4 py-3 text-13">
        <p>
          Leaves <Time at={deletion.dueAt} form="coming" />, with everything that belongs to it. {!user.disabled && "Until then its owner can keep it."}
        </p>
        {actions && (
          <ConfirmedForm
            action={actions.keepUser}
            fields={{ userId: user.id }}
            label="Keep account"
            busy="Keeping it…"
            tone="plain"
            again={about === "keep"}
            question="Keep this account?"
            consequence={<p>It is not deleted, and its owner signs in as before. They are told.</p>}
            onDone={() => toast("The account stays.")}
          />
        )}
      </div>
    );
  }
  return actions && <AskForDeletion user={user} days={days} action={actions.deleteUser} again={about === "delete"} typed={email} />;
}

function AskForDeletion({ user, days, action, again, typed }: { user: AdminUser; days: number; action: DeletionActions["deleteUser"]; again: boolean; typed: string }) {
  const { state, formProps, pending } = useAction(action, { onDone: () => toast("The account is to be deleted. Every session of it has ended.") });
  return (
    <form {...formProps} noValidate className="max-w-[40rem] space-y-3 rounded-lg border bg-surface p-4">
      <FormErrors state={state} labels={labels} />
      {again && state.status === "idle" && (
        <Notice role="status">
          <p>Nothing has been deleted yet. Press “Delete account” once more.</p>
        </Notice>
      )}
      <p className="text-pretty text-quiet">
        Every session of it ends within a second. {days > 0 ? `For ${days} ${days === 1 ? "day" : "days"} it can be kept, by its owner too unless it is disabled; then` : "Then"} all that belongs to it is gone for good.
      </p>
      <input type="hidden" name="userId" value={user.id} />
      <div className="flex flex-wrap items-end gap-3">
        <Field
          className="min-w-0 grow basis-60"
          id="delete-email"
          label={labels.email}
          name="email"
          type="email"
          autoComplete="off"
          required
          defaultValue={state.status === "failed" ? state.typed.email : typed}
          hint={
            <>
              Type <bdi className="break-words text-ink">{user.email}</bdi>
            </>
          }
          error={fieldError(state, "email", labels.email)}
        />
        <Submit pending={pending} busy="Deleting…" tone="end">
          Delete account
        </Submit>
      </div>
    </form>
  );
}
