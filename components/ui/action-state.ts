import type { ActionState } from "@/lib/core/action-state";

export type FormAction<T = unknown> = (previous: ActionState<T>, form: FormData) => Promise<ActionState<T>>;

export const idle: ActionState<never> = { status: "idle" };

/** Said by the browser itself when no answer came. */
export const unreachable: Extract<ActionState, { status: "failed" }> = {
  status: "failed",
  code: "unavailable",
  message: "We could not reach Latchkey. Check your connection and try again.",
  fields: {},
  typed: {},
};
