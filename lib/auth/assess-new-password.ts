import { setTimeout as sleep } from "node:timers/promises";
import { boundedQueue } from "@/lib/core/bounded-queue";
import type { Context } from "@/lib/core/context";
import type { Failure } from "@/lib/core/errors";
import { singleton } from "@/lib/core/singleton";
import { assessPassword, type Assessment } from "./assess-password";

/**
 * `assessPassword` under the operator's minimum, one at a time and never for more than half of the time: it holds
 * the event loop for some milliseconds, and a flood of sign-ups must not take it from everyone else.
 * Errors: `unavailable` (too many wait, or too long).
 */
export function assessNewPassword(context: Context, password: string, personal: readonly string[], deadline: number): Promise<Assessment | Failure> {
  const inQueue = singleton("auth.assessing", () => boundedQueue(1, 250));
  return inQueue(deadline, async () => {
    const started = performance.now();
    const assessment = assessPassword(password, personal, context.settings.PASSWORD_MIN_LENGTH);
    await sleep(Math.ceil(performance.now() - started));
    return assessment;
  });
}
