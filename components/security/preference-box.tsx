"use client";

import { type ReactNode, useRef } from "react";
import { Button } from "@/components/ui/button";
import { FormErrors } from "@/components/ui/form-errors";
import { toast } from "@/components/ui/toast";
import { useAction } from "@/components/ui/use-action";
import type { PreferenceName, SecurityActions } from "./security-actions";

type Props = { name: PreferenceName; on: boolean; label: string; hint: ReactNode; said: { on: string; off: string }; action: SecurityActions["updatePreferences"] };

/** One thing to tick. With scripts the tick itself is sent; it is taken back when nothing came of it. */
export function PreferenceBox({ name, on, label, hint, said, action }: Props) {
  const form = useRef<HTMLFormElement>(null);
  const { state, formProps, pending } = useAction(action, {
    onDone: (value) => toast(value[name] ? said.on : said.off),
    onFailed: () => form.current?.reset(),
  });
  return (
    <form {...formProps} ref={form} className="space-y-2">
      <noscript>
        <input type="hidden" name="plain" value="on" />
      </noscript>
      <input type="hidden" name="preference" value={name} />
      <FormErrors state={state} labels={{}} />
      <div className="flex items-start gap-2.5">
        <input
          key={String(on)}
          id={name}
          type="checkbox"
          name="on"
          value="on"
          defaultChecked={on}
          aria-describedby={`${name}-hint`}
          onClick={(event) => pending && event.preventDefault()}
          onChange={(event) => event.currentTarget.form?.requestSubmit()}
          className="mt-1 size-4 shrink-0 accent-accent"
        />
        <div className="min-w-0">
          <label htmlFor={name} className="cursor-pointer font-medium">
            {label}
          </label>
          <p id={`${name}-hint`} className="text-13 text-pretty text-quiet">
            {hint}
          </p>
        </div>
      </div>
      <noscript>
        <Button type="submit" size="small">
          Save
        </Button>
      </noscript>
    </form>
  );
}
