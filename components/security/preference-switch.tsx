"use client";

import type { ReactNode } from "react";
import { FormErrors } from "@/components/ui/form-errors";
import { Switch } from "@/components/ui/switch";
import { toast } from "@/components/ui/toast";
import { useAction } from "@/components/ui/use-action";
import type { Preferences } from "@/lib/users/schema";
import type { PreferenceName, SecurityActions } from "./security-actions";

type Props = {
  /** Which preference it is. */
  name: PreferenceName;
  on: boolean;
  title: string;
  hint: ReactNode;
  /** As a card of its own it has a heading of its own rank. */
  heading?: "h2" | "h3";
  said: { on: string; off: string };
  action: SecurityActions["updatePreferences"];
  /** What stands below when it was changed, also where no script runs. */
  outcome?: (changed: Preferences) => ReactNode;
};

/** One thing to switch on or off. */
export function PreferenceSwitch({ name, on: served, title, hint, heading: Heading = "h3", said, action, outcome }: Props) {
  const { state, formProps, pending } = useAction(action, { onDone: (value) => toast(value[name] ? said.on : said.off) });
  const on = state.status === "ok" ? state.value[name] : served;
  return (
    <>
      <form {...formProps}>
        <noscript>
          <input type="hidden" name="plain" value="on" />
        </noscript>
        <input type="hidden" name="preference" value={name} />
        <input type="hidden" name="on" value={on ? "off" : "on"} />
        <FormErrors state={state} labels={{}} />
        <div className="flex items-start justify-between gap-4">
          <div className="min-w-0">
            <Heading id={`${name}-title`} className={Heading === "h2" ? "text-16 font-semibold" : "font-medium"}>
              {title}
            </Heading>
            <p id={`${name}-hint`} className={Heading === "h2" ? "mt-1 text-quiet" : "text-13 text-pretty text-quiet"}>
              {hint}
            </p>
          </div>
          <Switch on={pending ? !on : on} pending={pending} aria-labelledby={`${name}-title`} aria-describedby={`${name}-hint`} />
        </div>
      </form>
      {state.status === "ok" && outcome?.(state.value)}
    </>
  );
}
