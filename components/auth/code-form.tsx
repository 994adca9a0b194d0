"use client";

import { useEffect, useRef } from "react";
import type { FormAction } from "@/components/ui/action-state";
import { Field } from "@/components/ui/field";
import { fieldError, FormErrors } from "@/components/ui/form-errors";
import { Notice } from "@/components/ui/notice";
import { Submit } from "@/components/ui/submit";
import { useAction } from "@/components/ui/use-action";

/** One field. A code can be pasted as mails write it, with blanks. */
export function CodeForm({ action, before }: { action: FormAction<null>; before: string | undefined }) {
  const { state, formProps, pending } = useAction(action);
  const input = useRef<HTMLInputElement>(null);
  const error = fieldError(state, "code", "Code");
  // What was wrong stays to be seen, and goes with the next key.
  useEffect(() => {
    if (state.status !== "failed" || !state.fields.code) return;
    input.current?.focus();
    input.current?.select();
  }, [state]);
  const typed = state.status === "failed" ? state.typed.code : before;
  return (
    <form {...formProps} noValidate className="space-y-4">
      {!error && <FormErrors state={state} labels={{}} />}
      {before !== undefined && state.status === "idle" && (
        <Notice role="status">
          <p>Thank you. Press “Continue” once more.</p>
        </Notice>
      )}
      {/* With one field a summary would say the same twice; so the words beside it are read out when they come. */}
      <div aria-live="polite">
        <Field
          label="Code"
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={64}
          required
          defaultValue={typed}
          inputRef={input}
          error={error}
          className="[&_input]:text-20 [&_input]:tracking-[0.25em] [&_input]:tabular-nums"
        />
      </div>
      <Submit pending={pending} busy="Checking…" className="min-h-10 w-full">
        Continue
      </Submit>
    </form>
  );
}
