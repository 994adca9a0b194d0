import type { ErrorCode } from "./errors";

/** What a server action answers to its form. `typed`: what was typed, to be shown again; never a password. */
export type ActionState<T = unknown> =
  | { status: "idle" }
  /** The browser goes to this path of ours, or to the address of an app, by a document navigation. */
  | { status: "leaving"; to: string }
  | { status: "ok"; value: T }
  | { status: "failed"; code: ErrorCode; message: string; fields: Record<string, string>; typed: Record<string, string> };
