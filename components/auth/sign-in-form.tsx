"use client";

import type { FormAction } from "@/components/ui/action-state";
import { Field } from "@/components/ui/field";
import { fieldError, FormErrors } from "@/components/ui/form-errors";
import { Submit } from "@/components/ui/submit";
import { useAction } from "@/components/ui/use-action";
import { PasswordField } from "./password-field";

const labels = { email: "Email", password: "Password" };

/** Works as a plain form; with scripts nothing that was typed is lost when it fails. */
export function SignInForm({ action, next }: { action: FormAction<null>; next: string | null }) {
  const { state, formAction, submit, pending } = useAction(action);
  const typed = state.status === "failed" ? state.typed : {};
  return (
    <form
      noValidate
      action={formAction}
      onSubmit={(event) => {
        event.preventDefault();
        if (!pending) submit(new FormData(event.currentTarget));
      }}
      className="space-y-4"
    >
      <FormErrors state={state} labels={labels} />
      {next !== null && <input type="hidden" name="next" value={next} />}
      <Field
        label={labels.email}
        name="email"
        type="email"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        defaultValue={typed.email}
        error={fieldError(state, "email", labels.email)}
      />
      <PasswordField
        label={labels.password}
        name="password"
        autoComplete="current-password"
        required
        error={fieldError(state, "password", labels.password)}
      />
      <label className="flex items-center gap-2.5 py-1">
        <input type="checkbox" name="remember" defaultChecked={typed.remember === "on"} className="size-4 accent-accent" />
        Keep me signed in
      </label>
      <Submit pending={pending} busy="Signing in…" className="min-h-10 w-full">
        Sign in
      </Submit>
    </form>
  );
}
