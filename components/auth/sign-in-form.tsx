"use client";

import Link from "next/link";
import { useRef } from "react";
import type { FormAction } from "@/components/ui/action-state";
import { fieldError, FormErrors } from "@/components/ui/form-errors";
import { Submit } from "@/components/ui/submit";
import { textLink } from "@/components/ui/text-link";
import { useAction } from "@/components/ui/use-action";
import { EmailField } from "./email-field";
import { PasskeySignIn } from "./passkey-sign-in";
import { PasswordField } from "./password-field";
import { type OfferedProviders, ProviderButtons } from "./provider-buttons";

const labels = { email: "Email", password: "Password" };

type Props = { action: FormAction<null>; byPasskey: FormAction<null>; next: string | null; /** A new password can be had by mail. */ mail: boolean; providers: OfferedProviders };

/** Works as a plain form; with scripts nothing that was typed is lost when it fails, and a passkey would do as well. */
export function SignInForm({ action, byPasskey, next, mail, providers }: Props) {
  const { state, formProps, pending } = useAction(action);
  const form = useRef<HTMLFormElement>(null);
  const typed = state.status === "failed" ? state.typed : {};
  return (
    <>
      <form {...formProps} ref={form} noValidate className="space-y-4">
        <FormErrors state={state} labels={labels} />
        {next !== null && <input type="hidden" name="next" value={next} />}
        <EmailField label={labels.email} value={typed.email} autoComplete="username webauthn" error={fieldError(state, "email", labels.email)} />
        <PasswordField
          label={labels.password}
          name="password"
          autoComplete="current-password"
          required
          error={fieldError(state, "password", labels.password)}
        />
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-1">
          <label className="flex items-center gap-2.5">
            <input type="checkbox" name="remember" defaultChecked={typed.remember === "on"} className="size-4 accent-accent" />
            Keep me signed in
          </label>
          {mail && (
            <Link href="/forgot" prefetch={false} className={textLink}>
              Forgot password?
            </Link>
          )}
        </div>
        <Submit pending={pending} busy="Signing in…" className="min-h-10 w-full">
          Sign in
        </Submit>
        {!mail && <p className="text-13 text-quiet">If you have forgotten your password, an administrator can help.</p>}
      </form>
      <PasskeySignIn action={byPasskey} form={form} isBusy={pending} />
      <ProviderButtons {...providers} next={next} beside={form} />
    </>
  );
}
