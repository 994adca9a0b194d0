"use client";

import { useEffect, useRef } from "react";
import type { FormAction } from "@/components/ui/action-state";
import { fieldError, FormErrors } from "@/components/ui/form-errors";
import { Notice } from "@/components/ui/notice";
import { Submit } from "@/components/ui/submit";
import { textLink } from "@/components/ui/text-link";
import { useAction } from "@/components/ui/use-action";
import { EmailField } from "./email-field";

const labels = { email: "Email" };

/** Says the same of every address: whether it has an account is told by the mail alone, to who reads it. */
export function ForgotForm({ action }: { action: FormAction<{ email: string }> }) {
  const { state, formProps, pending } = useAction(action);
  const answer = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (state.status === "ok") answer.current?.focus();
  }, [state]);
  const typed = state.status === "failed" ? state.typed : {};
  if (state.status === "ok") {
    return (
      <div ref={answer} tabIndex={-1} className="space-y-3 rounded-md">
        <Notice tone="good" role="status" title="Look into your mail.">
          <p>
            If there is an account for <bdi className="font-medium">{state.value.email}</bdi>, a mail is on its way. Its link works once, for 30 minutes.
          </p>
        </Notice>
        <p className="text-quiet">
          Nothing came after a few minutes? Look among unwanted mail too, or{" "}
          <a href="/forgot" className={textLink}>
            ask again
          </a>
          .
        </p>
      </div>
    );
  }
  return (
    <form {...formProps} noValidate className="space-y-4">
      <p className="text-quiet">We send you a link to set a new one. Until you use it, your password stays as it is.</p>
      <FormErrors state={state} labels={labels} />
      <EmailField label={labels.email} value={typed.email} error={fieldError(state, "email", labels.email)} />
      <Submit pending={pending} busy="Sending…" className="min-h-10 w-full">
        Send link
      </Submit>
    </form>
  );
}
