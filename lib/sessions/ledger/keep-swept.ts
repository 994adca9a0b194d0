import type { Context } from "@/lib/core/context";
import { isOutage } from "@/lib/core/outage";
import { sweep } from "./sweep";

/** The sweeper's step, milliseconds: an eighth of the idle time, at most 5 s. */
export function sweepInterval(ttlSeconds: number): number {
  return Math.min(ttlSeconds * 125, 5_000);
}

/** Sweeps again and again; several processes take turns by a lock in PostgreSQL. */
export function keepSwept(context: Context): { stop(): void } {
  const interval = sweepInterval(Math.min(context.settings.SESSION_TTL_SECONDS, context.settings.JWT_REFRESH_EXPIRES_IN));
  let stopped = false;
  let failing = false;
  let timer: NodeJS.Timeout;
  function tick(): void {
    sweep(context)
      .then(() => {
        failing = false;
      })
      .catch((error: unknown) => {
        if (!isOutage(error)) context.log.error({ err: error }, "sweep failed");
        else if (!failing) context.log.warn({ cause: String(error) }, "sweep failed; trying again");
        failing = true;
      })
      .finally(() => {
        if (!stopped) timer = setTimeout(tick, interval).unref();
      });
  }
  timer = setTimeout(tick, interval).unref();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
