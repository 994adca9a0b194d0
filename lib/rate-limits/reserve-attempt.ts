import { randomBytes } from "node:crypto";
import type { Context } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { isRedisDown } from "@/lib/core/outage";
import { singleton } from "@/lib/core/singleton";
import { LEASE_MS, type Limit, type LimitStore } from "./limit";
import { memoryStore } from "./memory-store";
import { redisStore } from "./redis-store";
import { waitingLine } from "./waiting-line";

/**
 * An attempt that may be made now. Settle it exactly once: it counts under these limits of its own, and under no other.
 * `counted`: how many counted under each of its limits when it began.
 */
export type Attempt = { readonly counted: readonly number[]; settle(counting: readonly Limit[]): Promise<void> };

/** How many more may fail under these limits once this one has; fewer, where others are under way. */
export function triesLeft({ counted }: Pick<Attempt, "counted">, limits: readonly Limit[]): number {
  return Math.max(0, Math.min(...limits.map(({ points }, index) => points - (counted[index] ?? 0) - 1)));
}

/** How many may wait in one process, and how often they look for places given back by others. */
const WAITING = 500;
const LOOK_MS = 150;

/**
 * A place under each of the limits, which count failures only (or what else the caller lets count): no more attempts are under way than a
 * limit has left, so a thousand at once are no more guesses than one after the other. Who finds all
 * places taken by attempts under way waits, at most until `deadline` (of `performance.now()`).
 * Without Redis each process limits for itself. Errors: `rate_limited`.
 */
export async function reserveAttempt(context: Context, limits: readonly Limit[], deadline: number): Promise<Attempt | Failure> {
  const line = singleton("rate-limits.line", waitingLine);
  const id = randomBytes(9).toString("base64url");
  for (;;) {
    const { verdict, store } = await ask(context, limits, id);
    if (verdict.granted) return attempt(context, store, limits, id, verdict.counted);
    const { key } = limits[verdict.blocking] as Limit;
    if (verdict.freeInMs > LEASE_MS) {
      line.callNext(key);
      return fail("rate_limited", { retryAfter: Math.ceil(verdict.freeInMs / 1000) });
    }
    const left = deadline - performance.now();
    if (left <= 0 || line.length >= WAITING) return fail("rate_limited", { retryAfter: 1 });
    await line.wait(key, Math.min(left, LOOK_MS));
  }
}

async function ask(context: Context, limits: readonly Limit[], id: string) {
  const shared = redisStore(context.redis);
  try {
    return { verdict: await shared.reserve(limits, id), store: shared };
  } catch (error) {
    if (!isRedisDown(error)) throw error;
    const own = ownStore(context);
    return { verdict: await own.reserve(limits, id), store: own };
  }
}

/** The same limits of this process, while Redis does not answer. */
export function ownStore(context: Context): LimitStore {
  return singleton("rate-limits.memory", () => memoryStore(context.clock));
}

function attempt(context: Context, store: LimitStore, limits: readonly Limit[], id: string, counted: readonly number[]): Attempt {
  const line = singleton("rate-limits.line", waitingLine);
  return {
    counted,
    async settle(counting) {
      const free = limits.filter((limit) => !counting.includes(limit));
      try {
        await Promise.all([
          ...(counting.length > 0 ? [store.settle(counting, id, true)] : []),
          ...(free.length > 0 ? [store.settle(free, id, false)] : []),
        ]);
      } catch (error) {
        if (!isRedisDown(error)) throw error;
        if (counting.length > 0) await ownStore(context).settle(counting, id, true);
      } finally {
        for (const limit of limits) line.callNext(limit.key);
      }
    },
  };
}
