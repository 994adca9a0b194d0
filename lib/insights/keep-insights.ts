import type { Context } from "@/lib/core/context";
import { isOutage } from "@/lib/core/outage";
import { rollUp } from "./roll-up";

/** How old the figures of today become, milliseconds. */
const INTERVAL_MS = 60_000;

/** Keeps the figures from now on until stopped; several processes take turns by a lock in PostgreSQL. */
export function keepInsights(context: Context): { stop(): void } {
  let stopped = false;
  let timer: NodeJS.Timeout;
  function tick(): void {
    rollUp(context)
      .catch((error: unknown) => context.log[isOutage(error) ? "warn" : "error"]({ err: error }, "insights: the figures are kept later"))
      .finally(() => {
        if (!stopped) timer = setTimeout(tick, INTERVAL_MS).unref();
      });
  }
  timer = setTimeout(tick, INTERVAL_MS / 12).unref();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
