"use client";

import { useRef, useState } from "react";
import type { FormAction } from "@/components/ui/action-state";
import { Field } from "@/components/ui/field";
import { fieldError, FormErrors } from "@/components/ui/form-errors";
import { Submit } from "@/components/ui/submit";
import { useAction } from "@/components/ui/use-action";
import { EmailField } from "./email-field";
import { PasskeySignUp } from "./passkey-sign-up";
import { PasswordField } from "./password-field";
import { type Assessment, PasswordStrength } from "./password-strength";

const labels = { name: "Name", email: "Email", password: "Password", passkey: "Passkey" };

type Props = {
  action: FormAction<null>;
  assess: FormAction<Assessment>;
  minimum: number;
  next: string | null;
  /** What was typed before, when an address is put right. */
  before: Record<string, string>;
  /** Who is signed in has an account to add one to. */
  mayUsePasskey: boolean;
};

export function SignUpForm({ action, assess, minimum, next, before, mayUsePasskey }: Props) {
  const { state, formProps, submit, pending } = useAction(action);
  const [password, setPassword] = useState("");
  const form = useRef<HTMLFormElement>(null);
  const typed: Record<string, string> = state.status === "failed" ? state.typed : before;

  function personal() {
    const entries = new FormData(form.current ?? undefined);
    return { name: String(entries.get("name") ?? ""), email: String(entries.get("email") ?? "") };
  }

  return (
    <form {...formProps} ref={form} noValidate className="space-y-4">
      <FormErrors state={state} labels={labels} />
      {next !== null && <input type="hidden" name="next" value={next} />}
      <Field
        label={labels.name}
        name="name"
        autoComplete="name"
        required
        defaultValue={typed.name}
        error={fieldError(state, "name", labels.name)}
      />
      <EmailField label={labels.email} value={typed.email} error={fieldError(state, "email", labels.email)} />
      <PasswordField
        label={labels.password}
        name="password"
        autoComplete="new-password"
        required
        onChange={(event) => setPassword(event.target.value)}
        error={fieldError(state, "password", labels.password)}
        below={<PasswordStrength password={password} personal={personal} minimum={minimum} assess={assess} />}
      />
      <Submit pending={pending} busy="Creating account…" className="min-h-10 w-full">
        Create account
      </Submit>
      {mayUsePasskey && <PasskeySignUp form={form} submit={submit} isBusy={pending} />}
    </form>
  );
}
