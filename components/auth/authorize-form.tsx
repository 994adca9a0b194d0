"use client";

import type { FormAction } from "@/components/ui/action-state";
import { FormErrors } from "@/components/ui/form-errors";
import { Notice } from "@/components/ui/notice";
import { Submit } from "@/components/ui/submit";
import { useAction } from "@/components/ui/use-action";
import { useSettled } from "@/components/ui/use-settled";

/** The one button that lets an app in. `fields`: its request; `again`: it was pressed before something else was asked first. */
export function AuthorizeForm({ action, fields, again }: { action: FormAction<null>; fields: Record<string, string>; again: boolean }) {
  const { state, formProps, pending } = useAction(action);
  const isSettled = useSettled();
  return (
    <form {...formProps} className="space-y-4">
      <FormErrors state={state} labels={{}} />
      {again && state.status === "idle" && (
        <Notice role="status">
          <p>Thank you. The app is not signed in yet: press “Continue” once more.</p>
        </Notice>
      )}
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <Submit pending={pending} early={!isSettled} busy="One moment…" className="min-h-10 w-full">
        Continue
      </Submit>
    </form>
  );
}
