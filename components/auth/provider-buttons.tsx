"use client";

import { type RefObject, type SubmitEvent, useId } from "react";
import { Button } from "@/components/ui/button";
import type { Provider } from "@/lib/providers/schema";

/** Those that open accounts here, and which of them was used last in this browser. */
export type OfferedProviders = { items: readonly Provider[]; last: string | null };

type Props = OfferedProviders & {
  next: string | null;
  /** The form of the password, whose box counts here too. Without one nobody is kept signed in. */
  beside?: RefObject<HTMLFormElement | null>;
};

/** Signs in or up by another provider: a plain form. Where there are scripts, the browser is sent there by them. */
export function ProviderButtons({ items, last, next, beside }: Props) {
  const id = useId();
  if (items.length === 0) return null;

  /** As a navigation of its own, which may be sent on by the provider wherever it likes; Chromium lets a form's answer lead only to where the page's policy names. */
  async function go(event: SubmitEvent<HTMLFormElement>) {
    const form = event.currentTarget;
    const pressed = event.nativeEvent.submitter;
    if (!(pressed instanceof HTMLButtonElement)) return;
    event.preventDefault();
    const remember = new FormData(beside?.current ?? undefined).get("remember") === "on";
    const asked = { purpose: "sign_in", remember, ...(next !== null && { next }) };
    try {
      const answer = await fetch(pressed.formAction, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(asked) });
      const { url, code } = (await answer.json()) as { url?: string; code?: string };
      const trouble = new URLSearchParams({ trouble: code ?? "unavailable", provider: pressed.value, ...(next !== null && { next }) });
      window.location.assign(url ?? `/sign-in?${trouble.toString()}`);
    } catch {
      // It says for itself that nothing is to be reached.
      form.action = pressed.formAction;
      form.submit();
    }
  }

  return (
    <form method="post" onSubmit={(event) => void go(event)} className="mt-4 space-y-2 border-t pt-4">
      <input type="hidden" name="purpose" value="sign_in" />
      {next !== null && <input type="hidden" name="next" value={next} />}
      {beside && (
        <noscript>
          <label className="flex items-center gap-2.5 pb-1">
            <input type="checkbox" name="remember" className="size-4 accent-accent" />
            Stay signed in with one of these
          </label>
        </noscript>
      )}
      {items.map(({ name, label }) => (
        <div key={name}>
          <Button type="submit" value={name} formAction={`/api/auth/providers/${name}/start`} aria-describedby={name === last ? id : undefined} className="min-h-10 w-full">
            Continue with {label}
          </Button>
          {name === last && (
            <p id={id} className="mt-1 text-center text-13 text-quiet">
              Used here last
            </p>
          )}
        </div>
      ))}
    </form>
  );
}
