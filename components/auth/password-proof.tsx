"use client";

import type { FormAction } from "@/components/ui/action-state";
import { fieldError, FormErrors } from "@/components/ui/form-errors";
import { Submit } from "@/components/ui/submit";
import { useAction } from "@/components/ui/use-action";
import { PasswordField } from "./password-field";

const labels = { password: "Password" };

/** The password of the account that an attempt is about. */
export function PasswordProof({ action, attempt, email }: { action: FormAction<null>; /** Which one it is about. */ attempt: string; email: string }) {
  const { state, formProps, pending } = useAction(action);
  return (
    <form {...formProps} noValidate className="space-y-4">
      <FormErrors state={state} labels={labels} />
      <input type="hidden" name="method" value="password" />
      <input type="hidden" name="attempt" value={attempt} />
      {/* So that password managers know whose password it is. */}
      <input type="email" name="username" autoComplete="username" defaultValue={email} readOnly hidden />
      <PasswordField label={labels.password} name="password" autoComplete="current-password" required error={fieldError(state, "password", labels.password)} />
      <Submit pending={pending} busy="Checking…" className="min-h-10 w-full">
        Continue
      </Submit>
    </form>
  );
}
