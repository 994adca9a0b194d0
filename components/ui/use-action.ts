"use client";

import { unstable_rethrow } from "next/navigation";
import { type SubmitEvent, useActionState, useState, useTransition } from "react";
import type { ActionState } from "@/lib/core/action-state";
import { type FormAction, idle, unreachable } from "./action-state";

type Steps<T> = {
  /** Where something is asked before the form is sent. What was asked for calls `submit`. */
  ask?: (form: HTMLFormElement) => void;
  onDone?: (value: T) => void;
  onFailed?: (failure: Failure) => void;
};

type Failure = Extract<ActionState, { status: "failed" }>;

/**
 * A server action for a form that works with and without scripts. `formProps` go on the form: a plain one posts
 * its action; with scripts it is sent by `submit`, once at a time, which keeps what was typed (React clears a form
 * that it posts itself) and turns a broken connection into a failure, where React would tear the page down.
 * The steps are for scripts alone. `served` is what a page without scripts came back with.
 */
export function useAction<T>(action: FormAction<T>, { ask, onDone, onFailed }: Steps<T> = {}) {
  const [served, formAction] = useActionState<ActionState<T>, FormData>(action, idle);
  const [answered, setAnswered] = useState<ActionState<T> | null>(null);
  const [pending, startTransition] = useTransition();

  function submit(form: FormData) {
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
        if (state.status === "ok") onDone?.(state.value);
        if (state.status === "failed") onFailed?.(state);
      });
    });
  }

  function onSubmit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (pending) return;
    if (ask) ask(event.currentTarget);
    else submit(new FormData(event.currentTarget));
  }

  return { state: answered ?? served, served, formProps: { action: formAction, onSubmit }, submit, pending };
}

/** Nothing that was shown before stays in the router's memory. The form is busy until the page goes; a browser may bring it back. From the scheme of an app it comes back at once: the page stays. */
function leave(to: string): Promise<void> {
  return new Promise((resolve) => {
    window.addEventListener("pagehide", () => resolve(), { once: true });
    window.location.assign(to);
    if (!/^(?:\/|https?:)/.test(to)) resolve();
  });
}
