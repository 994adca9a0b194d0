import type { Context } from "@/lib/core/context";
import { noteDatabaseHealth } from "@/lib/core/database-health";
import { isOutage } from "@/lib/core/outage";
import { renewTrust } from "./renew-trust";

const INTERVAL_MS = 2_000;

export type Keeper = {
  /** One replay from now on; rejects when it fails. */
  once(): Promise<void>;
  /** Ends the loop; a step under way is left to its deadlines. */
  stop(): void;
};

/**
 * Keeps this process' Redis connection trusted: replays every 2 s, and at once when it was lost,
 * over a new connection. What does not answer is tried again.
 */
export function keepTrust(context: Context): Keeper {
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;
  let failing = false;

  function schedule(delay: number): void {
    if (stopped) return;
    if (timer) clearTimeout(timer);
    timer = setTimeout(tick, delay);
    timer.unref();
  }

  function tick(): void {
    renewTrust(context).then(
      () => {
        failing = false;
        noteDatabaseHealth(null);
        schedule(INTERVAL_MS);
      },
      (error: unknown) => {
        noteDatabaseHealth(error);
        if (!failing) context.log[isOutage(error) ? "warn" : "error"]({ err: error }, "redis: replay failed; trying again every 2 s");
        failing = true;
        schedule(INTERVAL_MS);
      },
    );
  }

  context.redis.onLoss(() => {
    if (!failing) schedule(20);
  });
  tick();
  return {
    once: () => renewTrust(context),
    stop() {
      stopped = true;
      if (timer) clearTimeout(timer);
    },
  };
}
