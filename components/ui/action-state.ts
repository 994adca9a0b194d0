import type { ErrorCode } from "@/lib/core/errors";

/** What a server action answers to its form. */
export type ActionState<T = unknown> =
  | { status: "idle" }
  | { status: "ok"; value: T }
  | { status: "failed"; code: ErrorCode; message: string; fields: Record<string, string>; typed: Record<string, string> };

export type FormAction<T = unknown> = (previous: ActionState<T>, form: FormData) => Promise<ActionState<T>>;

export const idle: ActionState<never> = { status: "idle" };

/** Said by the browser itself when no answer came. */
export const unreachable: ActionState<never> = {
  status: "failed",
  code: "unavailable",
  message: "We could not reach Latchkey. Check your connection and try again.",
  fields: {},
  typed: {},
};
