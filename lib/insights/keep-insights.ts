import type { Context } from "@/lib/core/context";
import { isOutage } from "@/lib/core/outage";
import { rollUp } from "./roll-up";

/** How long after the start, and then after each counting, they are counted again, milliseconds; */
const FIRST_MS = 2_000;
const SOONEST_MS = 10_000;
const LATEST_MS = 60_000;
/** but so many times as long as it took is waited: that is 2% of a connection's time at most. */
const REST = 50;

/** Keeps the figures from now on until stopped; several processes take turns by a lock in PostgreSQL. */
export function keepInsights(context: Context): { stop(): void } {
  let stopped = false;
  let failing = false;
  let timer: NodeJS.Timeout;
  async function tick(): Promise<void> {
    const began = performance.now();
    try {
      await rollUp(context);
      failing = false;
    } catch (error) {
      if (!failing || !isOutage(error)) context.log[isOutage(error) ? "warn" : "error"]({ err: error }, "insights: the figures are kept later");
      failing = true;
    }
    if (!stopped) timer = setTimeout(() => void tick(), Math.min(LATEST_MS, Math.max(SOONEST_MS, REST * (performance.now() - began)))).unref();
  }
  timer = setTimeout(() => void tick(), FIRST_MS).unref();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
