"use client";

import { useEffect, useId, useRef } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { fieldError, FormErrors } from "@/components/ui/form-errors";
import { useAction } from "@/components/ui/use-action";
import type { ActionState } from "@/lib/core/action-state";
import type { ApprovalActions, ApprovalOutcome } from "./approval-actions";

type Props = {
  approvalId: string;
  actions: ApprovalActions;
  /** It stands on the devices page itself, also where no script runs. */
  card?: boolean;
  onSend?: () => void;
  onAnswer?: (state: ActionState<ApprovalOutcome>) => void;
};

/** The two digits are typed: nobody lets a stranger in by a habit of pressing what comes first. */
export function AnswerForm({ approvalId, actions, card, onSend, onAnswer }: Props) {
  const id = useId();
  const onDone = (value: ApprovalOutcome) => onAnswer?.({ status: "ok", value });
  const approving = useAction(actions.approve, { ask: (form): void => answer(approving, form), onDone, onFailed: onAnswer });
  const refusing = useAction(actions.refuse, { ask: (form): void => answer(refusing, form), onDone, onFailed: onAnswer });
  const pending = approving.pending || refusing.pending;
  const { state } = approving;
  const input = useRef<HTMLInputElement>(null);
  const error = fieldError(state, "digits", "It");
  useEffect(() => {
    if (state.status !== "failed" || !state.fields.digits) return;
    input.current?.focus();
    input.current?.select();
  }, [state]);

  function answer({ submit }: { submit: (form: FormData) => void }, form: HTMLFormElement) {
    if (pending) return;
    onSend?.();
    submit(new FormData(form));
  }

  const hidden = (
    <>
      <input type="hidden" name="approvalId" value={approvalId} />
      {card && <input type="hidden" name="card" value="on" />}
    </>
  );
  return (
    <div className="space-y-4">
      <form
        id={`${id}-approve`}
        {...approving.formProps}
        noValidate
        className="space-y-3"
      >
        {!error && <FormErrors state={state} labels={{}} />}
        {hidden}
        <div aria-live="polite">
          <Field
            id={`${id}-digits`}
            name="digits"
            label="Number that the new device shows"
            hint="Is it yours, and do you have it before you? Then type the two digits that you see there."
            error={error}
            inputRef={input}
            inputMode="numeric"
            autoComplete="off"
            maxLength={8}
            defaultValue={state.status === "failed" ? state.typed.digits : undefined}
            className="text-ink [&_input]:h-14 [&_input]:text-center [&_input]:text-28 [&_input]:tracking-[0.3em] [&_input]:tabular-nums"
          />
        </div>
      </form>
      <form id={`${id}-refuse`} {...refusing.formProps}>
        <FormErrors state={refusing.state} labels={{}} />
        {hidden}
      </form>
      <div className="grid grid-cols-2 gap-2">
        <Button type="submit" form={`${id}-refuse`} tone="end-solid" size="large" aria-disabled={pending || undefined}>
          {refusing.pending ? "Turning away…" : "It isn't me"}
        </Button>
        <Button type="submit" form={`${id}-approve`} tone="primary" size="large" aria-disabled={pending || undefined}>
          {approving.pending ? "Approving…" : "Approve"}
        </Button>
      </div>
    </div>
  );
}
