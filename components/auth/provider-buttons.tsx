"use client";

import { type RefObject, useId } from "react";
import { Button } from "@/components/ui/button";
import type { Provider } from "@/lib/providers/schema";
import { ProviderForm } from "./provider-form";

/** Those that open accounts here, and which of them was used last in this browser. */
export type OfferedProviders = { items: readonly Provider[]; last: string | null };

type Props = OfferedProviders & {
  next: string | null;
  /** The form of the password, whose box counts here too. Without one nobody is kept signed in. */
  beside?: RefObject<HTMLFormElement | null>;
};

/** Signs in or up by another provider. */
export function ProviderButtons({ items, last, next, beside }: Props) {
  const id = useId();
  if (items.length === 0) return null;
  return (
    <ProviderForm purpose="sign_in" next={next} remember={() => new FormData(beside?.current ?? undefined).get("remember") === "on"} className="mt-4 space-y-2 border-t pt-4">
      {(button) => (
        <>
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
              <Button {...button(name, `Continue with ${label}`)} aria-describedby={name === last ? id : undefined} className="min-h-10 w-full" />
              {name === last && (
                <p id={id} className="mt-1 text-center text-13 text-quiet">
                  Used here last
                </p>
              )}
            </div>
          ))}
        </>
      )}
    </ProviderForm>
  );
}
