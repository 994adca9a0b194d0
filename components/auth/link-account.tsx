"use client";

import type { FormAction } from "@/components/ui/action-state";
import { FormErrors } from "@/components/ui/form-errors";
import { Submit } from "@/components/ui/submit";
import { useAction } from "@/components/ui/use-action";

/** The press that links: nothing is linked by itself. */
export function LinkAccount({ action, attempt }: { action: FormAction<null>; /** Which one this page is about: the cookie may name another by the time of the press. */ attempt: string }) {
  const { state, formProps, pending } = useAction(action);
  return (
    <form {...formProps} className="space-y-3">
      <FormErrors state={state} labels={{}} />
      <input type="hidden" name="attempt" value={attempt} />
      <Submit pending={pending} busy="Linking…" className="min-h-10 w-full">
        Link account
      </Submit>
    </form>
  );
}
