"use client";

import { leaveEnded } from "@/components/shell/leave";
import type { FormAction } from "@/components/ui/action-state";
import { Field } from "@/components/ui/field";
import { fieldError, FormErrors } from "@/components/ui/form-errors";
import { Notice } from "@/components/ui/notice";
import { Submit } from "@/components/ui/submit";
import { useAction } from "@/components/ui/use-action";

const labels = { email: "Email" };

type Props = { email: string; action: FormAction<null>; /** It was pressed before something else was asked first. */ again: boolean; typed: string | undefined };

/** The address is typed: it is done on purpose then, and to this account. */
export function DeleteAccount({ email, action, again, typed }: Props) {
  const { state, formProps, pending } = useAction(action, { onDone: leaveEnded });
  return (
    <form {...formProps} noValidate className="space-y-4">
      <noscript>
        <input type="hidden" name="plain" value="on" />
      </noscript>
      <FormErrors state={state} labels={labels} />
      {again && state.status === "idle" && (
        <Notice role="status">
          <p>Nothing has been deleted yet. Press “Delete account” once more.</p>
        </Notice>
      )}
      <Field
        label={labels.email}
        name="email"
        type="email"
        autoComplete="off"
        required
        defaultValue={state.status === "failed" ? state.typed.email : typed}
        hint={
          <>
            Type <bdi className="font-medium break-words text-ink">{email}</bdi>, so that it is not done by a slip.
          </>
        }
        error={fieldError(state, "email", labels.email)}
      />
      <Submit pending={pending} busy="Deleting…" tone="end">
        Delete account
      </Submit>
    </form>
  );
}
