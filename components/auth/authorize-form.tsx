"use client";

import type { FormAction } from "@/components/ui/action-state";
import { FormErrors } from "@/components/ui/form-errors";
import { Submit } from "@/components/ui/submit";
import { useAction } from "@/components/ui/use-action";
import { useSettled } from "@/components/ui/use-settled";

/** The one button that lets an app in. `fields`: its request. */
export function AuthorizeForm({ action, fields }: { action: FormAction<null>; fields: Record<string, string> }) {
  const { state, formProps, pending } = useAction(action);
  const isSettled = useSettled();
  return (
    <form {...formProps} className="space-y-4">
      <FormErrors state={state} labels={{}} />
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <Submit pending={pending} early={!isSettled} busy="One moment…" className="min-h-10 w-full">
        Continue
      </Submit>
    </form>
  );
}
