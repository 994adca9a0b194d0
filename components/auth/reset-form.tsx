"use client";

import { useState } from "react";
import type { FormAction } from "@/components/ui/action-state";
import { fieldError, FormErrors } from "@/components/ui/form-errors";
import { Submit } from "@/components/ui/submit";
import { useAction } from "@/components/ui/use-action";
import { PasswordField } from "./password-field";
import { type Assessment, PasswordStrength } from "./password-strength";

const labels = { newPassword: "New password" };
/** The account's name and address are not told here; the password is judged by them when it is set. */
const personal = () => ({});

export function ResetForm({ action, link, assess, minimum }: { action: FormAction<null>; /** Which one this page is about: another may have been opened since, in another tab. */ link: string; assess: FormAction<Assessment>; minimum: number }) {
  const { state, formProps, pending } = useAction(action);
  const [password, setPassword] = useState("");
  return (
    <form {...formProps} noValidate className="space-y-4">
      <FormErrors state={state} labels={labels} />
      <input type="hidden" name="link" value={link} />
      <PasswordField
        label={labels.newPassword}
        name="newPassword"
        autoComplete="new-password"
        required
        onChange={(event) => setPassword(event.target.value)}
        error={fieldError(state, "newPassword", labels.newPassword)}
        below={<PasswordStrength password={password} personal={personal} minimum={minimum} assess={assess} />}
      />
      <Submit pending={pending} busy="Setting it…" className="min-h-10 w-full">
        Set new password
      </Submit>
    </form>
  );
}
