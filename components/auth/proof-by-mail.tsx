"use client";

import type { FormAction } from "@/components/ui/action-state";
import { FormErrors } from "@/components/ui/form-errors";
import { Submit } from "@/components/ui/submit";
import { useAction } from "@/components/ui/use-action";
import { CodeForm } from "./code-form";

type Props = {
  /** One is on its way, and works. */
  isSent: boolean;
  send: FormAction<null>;
  confirm: FormAction<null>;
  next: string;
};

/** A code that comes when it is asked for: looking at the page sends nothing. */
export function ProofByMail({ isSent, send, confirm, next }: Props) {
  const { state, formProps, pending } = useAction(send);
  return (
    <>
      {isSent && <CodeForm action={confirm} method="email_code" next={next} />}
      <form {...formProps} className="space-y-3">
        <FormErrors state={state} labels={{}} />
        <Submit tone={isSent ? "plain" : "primary"} pending={pending} busy="Sending…" className="min-h-10 w-full">
          {isSent ? "Send another code" : "Send a code"}
        </Submit>
      </form>
    </>
  );
}
