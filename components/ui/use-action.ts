"use client";

import { unstable_rethrow } from "next/navigation";
import { useActionState, useState, useTransition } from "react";
import type { ActionState } from "@/lib/core/action-state";
import { type FormAction, idle, unreachable } from "./action-state";

/**
 * A server action for a form that works with and without scripts. `formAction` is what a plain form posts;
 * `submit` is what a script calls: it keeps what was typed (React clears a form that it posts itself) and
 * turns a broken connection into a failure, where React would tear the page down. `served` is what a page without
 * scripts came back with.
 */
export function useAction<T>(action: FormAction<T>) {
  const [served, formAction] = useActionState<ActionState<T>, FormData>(action, idle);
  const [answered, setAnswered] = useState<ActionState<T> | null>(null);
  const [pending, startTransition] = useTransition();

  function submit(form: FormData, then?: (state: ActionState<T>) => void) {
    startTransition(async () => {
      let state: ActionState<T>;
      try {
        state = await action(idle, form);
      } catch (error) {
        unstable_rethrow(error);
        state = unreachable;
      }
      if (state.status === "leaving") return leave(state.to);
      startTransition(() => {
        setAnswered(state);
        then?.(state);
      });
    });
  }

  return { state: answered ?? served, served, formAction, submit, pending };
}

/** Nothing that was shown before stays in the router's memory. The form is busy until the page goes; a browser may bring it back. */
function leave(path: string): Promise<void> {
  return new Promise((resolve) => {
    window.addEventListener("pagehide", () => resolve(), { once: true });
    window.location.assign(path);
  });
}
