import { setTimeout as sleep } from "node:timers/promises";
import { clientNetwork } from "@/lib/addresses/client-network";
import type { Context } from "@/lib/core/context";
import type { Failure } from "@/lib/core/errors";
import { type FairQueue, fairQueue } from "@/lib/core/fair-queue";
import { singleton } from "@/lib/core/singleton";
import { assessPassword, type Assessment } from "./assess-password";

const WAITING = 250;
const OF_EACH = 50;
/** For each millisecond, so that both queues together take half of the time; not for the very first, which reads the dictionaries. */
const RESTS = 3;
const LONGEST_REST_MS = 60;

/**
 * `assessPassword` under the operator's minimum, one at a time and never for more than a part of the time: it holds
 * the event loop for some milliseconds, and a flood must not take it from everyone else. Strangers take turns by
 * network, and those who are signed in have a queue of their own, by account: whoever floods delays only themselves.
 * Errors: `unavailable` (too many wait, or too long).
 */
export function assessNewPassword(context: Context, password: string, personal: readonly string[], deadline: number): Promise<Assessment | Failure> {
  const { users, strangers } = singleton("auth.assessing", () => ({ users: queue(), strangers: queue() }));
  const { actor, request } = context;
  const [inQueue, key] = actor.kind === "user" ? [users, actor.userId] : [strangers, clientNetwork(request.address)];
  return inQueue(key, deadline, async () => {
    const started = performance.now();
    const assessment = assessPassword(password, personal, context.settings.PASSWORD_MIN_LENGTH);
    await sleep(Math.min(LONGEST_REST_MS, Math.ceil(RESTS * (performance.now() - started))));
    return assessment;
  });
}

function queue(): FairQueue {
  return fairQueue(1, WAITING, OF_EACH);
}
