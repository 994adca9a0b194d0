"use client";

import { useRef, useState } from "react";
import { PasswordField } from "@/components/auth/password-field";
import { type Assessment, PasswordStrength } from "@/components/auth/password-strength";
import type { FormAction } from "@/components/ui/action-state";
import { fieldError, FormErrors } from "@/components/ui/form-errors";
import { Notice } from "@/components/ui/notice";
import { Submit } from "@/components/ui/submit";
import { useAction } from "@/components/ui/use-action";

const labels = { currentPassword: "Current password", newPassword: "New password" };

type Props = {
  email: string;
  name: string;
  minimum: number;
  action: FormAction<null>;
  assess: FormAction<Assessment>;
};

export function PasswordForm({ email, name, minimum, action, assess }: Props) {
  const [password, setPassword] = useState("");
  const form = useRef<HTMLFormElement>(null);
  const { state, formProps, pending } = useAction(action, {
    onDone: () => {
      form.current?.reset();
      setPassword("");
    },
  });
  return (
    <form {...formProps} ref={form} noValidate className="space-y-4">
      <FormErrors state={state} labels={labels} />
      {state.status === "ok" && (
        <Notice tone="good" role="status" title="Password changed.">
          <p>Every other session of your account has ended.</p>
        </Notice>
      )}
      {/* So that password managers know whose password changes. */}
      <input type="email" name="username" autoComplete="username" defaultValue={email} readOnly hidden />
      <PasswordField
        label={labels.currentPassword}
        name="currentPassword"
        autoComplete="current-password"
        required
        error={fieldError(state, "currentPassword", labels.currentPassword)}
      />
      <PasswordField
        label={labels.newPassword}
        name="newPassword"
        autoComplete="new-password"
        required
        onChange={(event) => setPassword(event.target.value)}
        error={fieldError(state, "newPassword", labels.newPassword)}
        below={<PasswordStrength password={password} personal={() => ({ name, email })} minimum={minimum} assess={assess} />}
      />
      <Submit pending={pending} busy="Changing…">
        Change password
      </Submit>
    </form>
  );
}
