"use client";

import type { FormAction } from "@/components/ui/action-state";
import { textLink } from "@/components/ui/text-link";
import { useAction } from "@/components/ui/use-action";

/** A link that changes something before it leads away: so it is a form, for a GET changes nothing. */
export function LinkButton({ action, children }: { action: FormAction<null>; children: string }) {
  const { state, formProps } = useAction(action);
  return (
    <form {...formProps} className="inline">
      <button type="submit" role="link" className={textLink}>
        {children}
      </button>
      {state.status === "failed" && (
        <span role="alert" className="ms-2 text-danger">
          {state.message}
        </span>
      )}
    </form>
  );
}
