"use client";

import type { FormAction } from "@/components/ui/action-state";
import { FormErrors } from "@/components/ui/form-errors";
import { Submit } from "@/components/ui/submit";
import { useAction } from "@/components/ui/use-action";

/** The one button of a page that goes back, and the box that goes with it. */
export function GoBackForm({ action, link, label }: { action: FormAction<null>; /** Which one this page is about: another may have been opened since, in another tab. */ link: string; label: string }) {
  const { state, formProps, pending } = useAction(action);
  const isTicked = state.status === "failed" ? state.typed.everywhere === "on" : true;
  return (
    <form {...formProps} className="space-y-4">
      <FormErrors state={state} labels={{}} />
      <input type="hidden" name="link" value={link} />
      <label className="flex items-center gap-2.5 py-1">
        <input type="checkbox" name="everywhere" defaultChecked={isTicked} className="size-4 accent-accent" />
        Sign out everywhere
      </label>
      <Submit pending={pending} busy="One moment…" tone="end-solid" size="large" className="w-full">
        {label}
      </Submit>
    </form>
  );
}
