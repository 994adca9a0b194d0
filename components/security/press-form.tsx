"use client";

import type { FormAction } from "@/components/ui/action-state";
import { FormErrors } from "@/components/ui/form-errors";
import { Submit } from "@/components/ui/submit";
import { useAction } from "@/components/ui/use-action";

/** One button that needs no question before it. */
export function PressForm({ action, label, busy }: { action: FormAction<null>; label: string; busy: string }) {
  const { state, formProps, pending } = useAction(action);
  return (
    <form {...formProps} className="space-y-3">
      <FormErrors state={state} labels={{}} />
      <Submit pending={pending} busy={busy} tone="plain" size="small">
        {label}
      </Submit>
    </form>
  );
}
