"use client";

import type { FormAction } from "@/components/ui/action-state";
import { FormErrors } from "@/components/ui/form-errors";
import { Notice } from "@/components/ui/notice";
import { Submit } from "@/components/ui/submit";
import { useAction } from "@/components/ui/use-action";

/** `again`: it was pressed before something else was asked first; `anew`: what the address says is left behind. */
export function MakeExport({ action, again, anew, isMaking }: { action: FormAction<null>; again: boolean; anew: boolean; isMaking: boolean }) {
  const { state, formProps, pending } = useAction(action);
  return (
    <form {...formProps} className="space-y-3">
      {anew && <input type="hidden" name="anew" value="on" />}
      <FormErrors state={state} labels={{}} />
      {again && !isMaking && state.status === "idle" && (
        <Notice role="status">
          <p>Nothing is made yet. Press “Make an export” once more.</p>
        </Notice>
      )}
      <Submit pending={pending} busy="Asking for it…" tone="plain">
        Make an export
      </Submit>
    </form>
  );
}
