"use client";

import { ConfirmedForm } from "@/components/devices/confirmed-form";
import { shownOnce } from "./recovery-codes";
import { pressed, type SecurityActions } from "./security-actions";

/** New recovery codes in the place of those that there are, shown below the button. */
export function MakeCodes({ email, action }: { email: string; action: SecurityActions["makeCodes"] }) {
  return (
    <ConfirmedForm
      action={action}
      label={pressed.makeCodes}
      busy="Making them…"
      tone="plain"
      size="small"
      question="Make new recovery codes?"
      consequence={<p>The ones you have are worth nothing then. You see the new ones once, here.</p>}
      outcome={shownOnce(email)}
    />
  );
}
