"use client";

import { EmailField } from "@/components/auth/email-field";
import type { FormAction } from "@/components/ui/action-state";
import { fieldError, FormErrors } from "@/components/ui/form-errors";
import { Submit } from "@/components/ui/submit";
import { useAction } from "@/components/ui/use-action";

const labels = { email: "Email" };

/** Asks for another address. `typed`: before a step-up was asked for. */
export function EmailForm({ action, typed }: { action: FormAction<null>; typed: string | undefined }) {
  const { state, formAction, submit, pending } = useAction(action);
  const before = state.status === "failed" ? state.typed.email : typed;
  return (
    <form
      noValidate
      action={formAction}
      onSubmit={(event) => {
        event.preventDefault();
        if (!pending) submit(new FormData(event.currentTarget));
      }}
      className="space-y-4 border-t pt-4"
    >
      <p className="text-quiet">We send a code to the new address. Until you have typed it here, this one stays.</p>
      <FormErrors state={state} labels={labels} />
      <EmailField label={labels.email} isNew value={before} error={fieldError(state, "email", labels.email)} />
      <Submit pending={pending} busy="Sending…">
        Change email
      </Submit>
    </form>
  );
}
