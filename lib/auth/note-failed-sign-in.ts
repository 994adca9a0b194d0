import pLimit from "p-limit";
import type { Context } from "@/lib/core/context";
import { singleton } from "@/lib/core/singleton";
import { describeUserAgent } from "@/lib/devices/describe-user-agent";
import { recordEvents } from "@/lib/events/record-events";
import type { Account } from "./find-account";

/** Two connections of the pool at most, and a bounded number waiting: a flood of guesses must not starve the rest. */
const WRITERS = 2;
const WAITING = 1_000;

/**
 * Writes `sign_in.failed` after the answer, not before it: the time an answer takes must not tell whether there was
 * an account to write about. What was typed is not kept; it may be a password in the wrong field.
 */
export function noteFailedSignIn(context: Context, account: Account | null): void {
  const writing = singleton("auth.failed-sign-ins", () => pLimit(WRITERS));
  if (writing.pendingCount >= WAITING) {
    context.log.warn({ userId: account?.id ?? null }, "auth: too many failed sign-ins to record this one");
    return;
  }
  const { derivedName } = describeUserAgent(context.request.userAgent, context.request.hints);
  const anonymous: Context = { ...context, actor: { kind: "anonymous" } };
  void writing(() =>
    recordEvents(anonymous, [
      {
        userId: account?.id ?? null,
        type: "sign_in.failed",
        actor: "user",
        deviceId: account?.deviceId ?? null,
        detail: { device: derivedName, ...(account?.disabled ? { disabled: true } : {}) },
      },
    ]),
  ).catch((error: unknown) => context.log.error({ err: error }, "auth: a failed sign-in was not recorded"));
}
