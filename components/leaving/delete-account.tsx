"use client";

import { leaveEnded } from "@/components/shell/leave";
import type { FormAction } from "@/components/ui/action-state";
import { DeletionForm } from "./deletion-form";

type Props = { email: string; action: FormAction<null>; /** It was pressed before something else was asked first. */ again: boolean; typed: string | undefined };

export function DeleteAccount(props: Props) {
  return (
    <DeletionForm {...props} onDone={leaveEnded} className="space-y-4">
      <noscript>
        <input type="hidden" name="plain" value="on" />
      </noscript>
    </DeletionForm>
  );
}
