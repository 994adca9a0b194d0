"use client";

import { type ComponentProps, type ReactNode, type SubmitEvent, useEffect, useState } from "react";
import { afterTrouble } from "@/lib/core/provider-trouble";
import type { ErrorCode } from "@/lib/core/errors";
import type { ProviderPurpose } from "@/lib/providers/schema";

type ButtonProps = Pick<ComponentProps<"button">, "type" | "value" | "formAction" | "onClick" | "aria-disabled" | "children">;

type Props = {
  purpose: ProviderPurpose;
  /** Where it leads in the end. */
  next: string | null;
  /** Whether who signs in by it is kept signed in. */
  remember?: () => boolean;
  className?: string;
  /** What stands in the form; `button` makes the one that leads to a provider. */
  children: (button: (name: string, words: string) => ButtonProps) => ReactNode;
};

/**
 * Leads to another provider: a plain form. Where there are scripts they lead there, as a navigation of its own, which may be sent on by the
 * provider wherever it likes; Chromium lets a form's answer lead only to where the page's policy names.
 */
export function ProviderForm({ purpose, next, remember, className, children }: Props) {
  const [going, setGoing] = useState<string | null>(null);

  useEffect(() => {
    // Whoever goes back finds the page as it was left, where the browser has kept it.
    const show = ({ persisted }: PageTransitionEvent) => persisted && setGoing(null);
    window.addEventListener("pageshow", show);
    return () => window.removeEventListener("pageshow", show);
  }, []);

  async function go(event: SubmitEvent<HTMLFormElement>) {
    const form = event.currentTarget;
    const pressed = event.nativeEvent.submitter;
    if (!(pressed instanceof HTMLButtonElement)) return;
    event.preventDefault();
    setGoing(pressed.value);
    const asked = { purpose, ...(remember && { remember: remember() }), ...(next !== null && { next }) };
    try {
      const answer = await fetch(pressed.formAction, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(asked) });
      const { url, code = "unavailable" } = (await answer.json()) as { url?: string; code?: ErrorCode };
      window.location.assign(url ?? afterTrouble({ failure: code }, { purpose, name: pressed.value, next }));
    } catch {
      // It says for itself that nothing is to be reached.
      form.action = pressed.formAction;
      form.submit();
    }
  }

  const button = (name: string, words: string): ButtonProps => ({
    type: "submit",
    value: name,
    formAction: `/api/auth/providers/${name}/start`,
    "aria-disabled": going !== null || undefined,
    onClick: (event) => going !== null && event.preventDefault(),
    children: going === name ? "Continuing…" : words,
  });

  return (
    <form method="post" onSubmit={(event) => void go(event)} className={className}>
      <input type="hidden" name="purpose" value={purpose} />
      {next !== null && <input type="hidden" name="next" value={next} />}
      {children(button)}
    </form>
  );
}
