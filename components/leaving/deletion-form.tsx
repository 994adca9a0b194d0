"use client";

import type { ReactNode } from "react";
import type { FormAction } from "@/components/ui/action-state";
import { Field } from "@/components/ui/field";
import { fieldError, FormErrors } from "@/components/ui/form-errors";
import { Notice } from "@/components/ui/notice";
import { Submit } from "@/components/ui/submit";
import { useAction } from "@/components/ui/use-action";

const labels = { email: "Email" };

type Props = {
  /** Of the account that is meant. */
  email: string;
  action: FormAction<null>;
  onDone: () => void;
  /** It was pressed before something else was asked first. */
  again: boolean;
  /** What had been typed then. */
  typed: string | undefined;
  className?: string;
  /** What else is said, and sent. */
  children?: ReactNode;
};

/** Asks for an account to be deleted. Its address is typed: it is done on purpose then, and to this account. */
export function DeletionForm({ email, action, onDone, again, typed, className, children }: Props) {
  const { state, formProps, pending } = useAction(action, { onDone });
  return (
    <form {...formProps} noValidate className={className}>
      <FormErrors state={state} labels={labels} />
      {again && state.status === "idle" && (
        <Notice role="status">
          <p>Nothing has been deleted yet. Press “Delete account” once more.</p>
        </Notice>
      )}
      {children}
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
