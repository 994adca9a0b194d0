import type { Context } from "@/lib/core/context";
import { timeLeft, withDeadline } from "@/lib/core/deadline";
import { isOutage, isRedisDown } from "@/lib/core/outage";
import { singleton } from "@/lib/core/singleton";
import type { Redis } from "@/lib/platform/redis/redis";
import { replay } from "./replay";

/** A request has 4.5 s in all, and what it did before this took its share; the last of it is for what comes after. */
const [PATIENCE_MS, AFTERWARDS_MS] = [3_000, 300];

type Renewal = { underway: Promise<void> | null; failed: boolean };

function renewalOf({ redis }: Context): Renewal {
  const renewals = singleton("renewals", () => new WeakMap<Redis, Renewal>());
  const renewal = renewals.get(redis) ?? { underway: null, failed: false };
  renewals.set(redis, renewal);
  return renewal;
}

/**
 * One replay over this process' connection, or over a new one where there is none: afterwards it is trusted.
 * Whoever asks while one is under way gets that one. Rejects when PostgreSQL or Redis does not answer.
 */
export function renewTrust(context: Context): Promise<void> {
  const renewal = renewalOf(context);
  renewal.underway ??= renew(context)
    .then(
      () => {
        renewal.failed = false;
      },
      (error: unknown) => {
        renewal.failed = true;
        throw error;
      },
    )
    .finally(() => {
      renewal.underway = null;
    });
  return renewal.underway;
}

/**
 * Waits for the replay that follows on a loss, of a connection or of Redis' memory; whether Redis is trusted then. At once
 * no when the last replay failed: something is down, and is tried again in the background.
 */
export async function trustReturns(context: Context): Promise<boolean> {
  if (renewalOf(context).failed) return false;
  try {
    await withDeadline(renewTrust(context), Math.min(PATIENCE_MS, timeLeft(context, { earlier: AFTERWARDS_MS })), "replay");
    return true;
  } catch (error) {
    if (!isOutage(error)) throw error;
    return false;
  }
}

async function renew(context: Context): Promise<void> {
  const standing = context.redis.connection;
  if (standing?.trusted) {
    try {
      return await replay(context, standing);
    } catch (error) {
      // Lost in the middle of it: that says nothing of a new one.
      if (!isRedisDown(error)) throw error;
    }
  }
  const connection = context.redis.connection ?? (await context.redis.connect());
  await replay(context, connection);
  context.log.info("redis: connection trusted");
}
