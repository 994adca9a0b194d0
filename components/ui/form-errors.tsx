"use client";

import { useEffect, useRef } from "react";
import type { ActionState } from "@/lib/core/action-state";
import { Notice } from "./notice";

/** The words beside a field: what the server says of it, as a sentence of its own. */
export function fieldError(state: ActionState, name: string, label: string): string | undefined {
  const message = state.status === "failed" ? state.fields[name] : undefined;
  if (!message) return undefined;
  const sentence = /^\p{Lu}/u.test(message) ? message : `${label} ${message}`;
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

/**
 * What went wrong, above the fields, read out when it comes. The focus goes to the first field that is wrong,
 * or here when none is.
 */
export function FormErrors({ state, labels }: { state: ActionState; labels: Record<string, string> }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (state.status !== "failed") return;
    const invalid = box.current?.closest("form")?.querySelector<HTMLElement>("[aria-invalid=true]");
    (invalid ?? box.current)?.focus();
  }, [state]);
  if (state.status !== "failed") return null;
  const wrong = Object.keys(state.fields).filter((name) => name in labels);
  return (
    <div ref={box} tabIndex={-1} className="rounded-md">
      <Notice tone="end" role="alert">
        {wrong.length === 0 ? (
          <p>{state.message}</p>
        ) : (
          <>
            <p>{wrong.length === 1 ? "One thing needs another look:" : "These need another look:"}</p>
            <ul className="list-disc ps-4">
              {wrong.map((name) => (
                <li key={name}>
                  <a href={`#${name}`} className="underline underline-offset-2">
                    {labels[name]}
                  </a>
                </li>
              ))}
            </ul>
          </>
        )}
      </Notice>
    </div>
  );
}
