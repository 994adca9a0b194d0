import { Card } from "@/components/ui/card";
import { REMINDED_BEFORE_DAYS } from "@/lib/sessions/schema";
import { PreferenceSwitch } from "./preference-switch";
import type { SecurityActions } from "./security-actions";

type Props = { on: boolean; /** Whether there is an address to remind. */ proven: boolean; action: SecurityActions["updatePreferences"] };

/** Whether a mail comes before a session ends for good. */
export function Reminders({ on, proven, action }: Props) {
  return (
    <Card className="p-5">
      <PreferenceSwitch
        name="remindOfEnds"
        on={on}
        heading="h2"
        title="Remind me before I am signed out"
        hint={`A mail ${REMINDED_BEFORE_DAYS} days before a session that you use ends for good. Never more than one a day.${proven ? "" : " It comes once your email address is confirmed."}`}
        said={{ on: "Reminders are on.", off: "Reminders are off." }}
        action={action}
      />
    </Card>
  );
}
