"use client";

import type { FormAction } from "@/components/ui/action-state";
import { Card } from "@/components/ui/card";
import { FormErrors } from "@/components/ui/form-errors";
import { Switch } from "@/components/ui/switch";
import { toast } from "@/components/ui/toast";
import { useAction } from "@/components/ui/use-action";
import { REMINDED_BEFORE_DAYS } from "@/lib/sessions/schema";
import type { Preferences } from "@/lib/users/schema";

type Props = { preferences: Preferences; /** Whether there is an address to remind. */ proven: boolean; action: FormAction<Preferences> };

/** Whether a mail comes before a session ends for good. */
export function Reminders({ preferences, proven, action }: Props) {
  const { state, formProps, pending } = useAction(action, {
    onDone: ({ remindOfEnds }) => toast(remindOfEnds ? "Reminders are on." : "Reminders are off."),
  });
  const { remindOfEnds: on } = state.status === "ok" ? state.value : preferences;
  return (
    <Card className="max-w-[36rem] p-5">
      <form {...formProps}>
        <noscript>
          <input type="hidden" name="plain" value="on" />
        </noscript>
        <input type="hidden" name="remindOfEnds" value={on ? "off" : "on"} />
        <FormErrors state={state} labels={{}} />
        <div className="flex items-start justify-between gap-4">
          <div className="min-w-0">
            <h2 id="reminders" className="text-16 font-semibold">
              Remind me before I am signed out
            </h2>
            <p id="reminders-hint" className="mt-1 text-quiet">
              A mail {REMINDED_BEFORE_DAYS} days before a session that you use ends for good. Never more than one a day.
              {!proven && " It comes once your email address is confirmed."}
            </p>
          </div>
          <Switch on={pending ? !on : on} pending={pending} aria-labelledby="reminders" aria-describedby="reminders-hint" />
        </div>
      </form>
    </Card>
  );
}
