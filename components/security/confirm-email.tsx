"use client";

import type { FormAction } from "@/components/ui/action-state";
import { FormErrors } from "@/components/ui/form-errors";
import { Submit } from "@/components/ui/submit";
import { useAction } from "@/components/ui/use-action";

/** For an account from before addresses were proven. */
export function ConfirmEmail({ action }: { action: FormAction<null> }) {
  const { state, formProps, pending } = useAction(action);
  return (
    <form {...formProps} className="space-y-3">
      <p className="text-quiet">It has not been confirmed yet that this address is yours. We send a code to it.</p>
      <FormErrors state={state} labels={{}} />
      <Submit pending={pending} busy="Sending…">
        Confirm address
      </Submit>
    </form>
  );
}
