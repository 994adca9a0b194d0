"use client";

import { type ComponentProps, type KeyboardEvent, useState } from "react";
import { Field } from "@/components/ui/field";

type Props = Omit<ComponentProps<typeof Field>, "end" | "type">;

/** A password, hidden unless shown on purpose, with a word when caps lock is on. Pasting works as anywhere. */
export function PasswordField({ hint, below, ...field }: Props) {
  const [shown, setShown] = useState(false);
  const [capsLock, setCapsLock] = useState(false);
  const id = field.id ?? field.name;

  function watchCapsLock(event: KeyboardEvent) {
    setCapsLock(event.getModifierState("CapsLock"));
  }

  return (
    <Field
      {...field}
      type={shown ? "text" : "password"}
      spellCheck={false}
      autoCapitalize="none"
      maxLength={4096}
      onKeyDown={watchCapsLock}
      onKeyUp={watchCapsLock}
      onBlur={() => setCapsLock(false)}
      hint={hint}
      below={
        <>
          {below}
          <p role="status" className="text-13 font-medium text-unusual">
            {capsLock && <span className="mt-1.5 block">Caps lock is on.</span>}
          </p>
        </>
      }
      end={
        <button
          type="button"
          aria-controls={id}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
          className="rounded-sm px-2.5 py-1 text-13 font-medium text-quiet hover:bg-sunken hover:text-ink"
        >
          {shown ? "Hide" : "Show"}
        </button>
      }
    />
  );
}
