"use client";

import { useEffect, useRef } from "react";
import type { FormAction } from "@/components/ui/action-state";
import { Field } from "@/components/ui/field";
import { fieldError, FormErrors } from "@/components/ui/form-errors";
import { Notice } from "@/components/ui/notice";
import { Submit } from "@/components/ui/submit";
import { useAction } from "@/components/ui/use-action";
import { TrustBox } from "./trust-box";

type Props = {
  /** Which kind of code it is, where the form is for several. */
  method?: "email_code" | "totp" | "recovery_code";
  /** Which attempt it is about, where it is about one. */
  attempt?: string;
  /** Where it leads when it is right, if the page knows. */
  next?: string;
  /** As it was typed before a step-up was asked for. */
  before?: string | undefined;
  /** For how many days a second step is not asked for again here, where that is offered. */
  trustDays?: number | null;
};

type Answering<T> = Pick<ReturnType<typeof useAction<T>>, "state" | "formProps" | "pending">;

const ofDigits = { inputMode: "numeric", autoComplete: "one-time-code", autoCapitalize: "none", className: "[&_input]:text-20 [&_input]:tracking-[0.25em] [&_input]:tabular-nums" } as const;
const ofLetters = { autoComplete: "off", autoCapitalize: "characters", className: "[&_input]:text-16 [&_input]:tracking-[0.08em] [&_input]:tabular-nums" } as const;

/** One field. A code can be pasted as it is written somewhere, with blanks and hyphens. */
export function CodeForm({ action, ...props }: Props & { action: FormAction<null> }) {
  return <CodeFormOf form={useAction(action)} {...props} />;
}

/** The same of whoever looks at its answer too. */
export function CodeFormOf<T>({ form: { state, formProps, pending }, method, attempt, next, before, trustDays = null }: Props & { form: Answering<T> }) {
  const input = useRef<HTMLInputElement>(null);
  const error = fieldError(state, "code", "Code");
  // What was wrong stays to be seen, and goes with the next key.
  useEffect(() => {
    if (state.status !== "failed" || !state.fields.code) return;
    input.current?.focus();
    input.current?.select();
  }, [state]);
  const typed = state.status === "failed" ? state.typed : { code: before };
  return (
    <form {...formProps} noValidate className="space-y-4">
      {!error && <FormErrors state={state} labels={{}} />}
      {before !== undefined && state.status === "idle" && (
        <Notice role="status">
          <p>Thank you. Press “Continue” once more.</p>
        </Notice>
      )}
      {method && <input type="hidden" name="method" value={method} />}
      {attempt !== undefined && <input type="hidden" name="attempt" value={attempt} />}
      {next !== undefined && <input type="hidden" name="next" value={next} />}
      {/* With one field a summary would say the same twice; so the words beside it are read out when they come. */}
      <div aria-live="polite">
        <Field
          {...(method === "recovery_code" ? ofLetters : ofDigits)}
          label="Code"
          name="code"
          spellCheck={false}
          maxLength={64}
          required
          defaultValue={typed.code}
          inputRef={input}
          error={error}
        />
      </div>
      {trustDays !== null && <TrustBox days={trustDays} checked={"trustDevice" in typed && typed.trustDevice === "on"} />}
      <Submit pending={pending} busy="Checking…" className="min-h-10 w-full">
        Continue
      </Submit>
    </form>
  );
}
