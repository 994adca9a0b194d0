"use client";

import { EmailField } from "@/components/auth/email-field";
import type { FormAction } from "@/components/ui/action-state";
import { fieldError, FormErrors } from "@/components/ui/form-errors";
import { Notice } from "@/components/ui/notice";
import { Submit } from "@/components/ui/submit";
import { useAction } from "@/components/ui/use-action";

const labels = { email: "Email" };

/** Asks for another address. `typed`: before a step-up was asked for. */
export function EmailForm({ action, typed }: { action: FormAction<null>; typed: string | undefined }) {
  const { state, formProps, pending } = useAction(action);
  const before = state.status === "failed" ? state.typed.email : typed;
  return (
    <form {...formProps} noValidate className="space-y-4 border-t pt-4">
      <div>
        <h3 className="font-semibold">Change it</h3>
        <p className="mt-1 text-quiet">We send a code to the new address. Until you have typed that code, this one stays.</p>
      </div>
      {typed !== undefined && state.status === "idle" && (
        <Notice role="status">
          <p>Nothing has been sent yet. Press “Change email” once more.</p>
        </Notice>
      )}
      <FormErrors state={state} labels={labels} />
      <EmailField label={labels.email} isNew value={before} error={fieldError(state, "email", labels.email)} />
      <Submit pending={pending} busy="Sending…">
        Change email
      </Submit>
    </form>
  );
}
