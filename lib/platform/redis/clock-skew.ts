import type { Clock } from "@/lib/core/time";
import type { Master } from "./link";

/** More than that, and a deadline that is sent along with a command means something else there than here. */
export const MOST_SKEW_MS = 200;

/**
 * By how many milliseconds a master's clock is at least ahead of ours (less than 0: behind), the worst of all. An answer that was
 * slow proves nothing by that: only what its way there and back cannot explain counts.
 */
export async function clockSkew(masters: readonly Master[], clock: Clock): Promise<number> {
  const skews = await Promise.all(masters.map((master) => skewOf(master, clock)));
  return skews.reduce((worst, skew) => (Math.abs(skew) > Math.abs(worst) ? skew : worst), 0);
}

async function skewOf(master: Master, clock: Clock): Promise<number> {
  const asked = clock.now();
  const [seconds, microseconds] = await master.time();
  const answered = clock.now();
  const there = Math.floor(Number(seconds) * 1000 + Number(microseconds) / 1000);
  return Math.max(there - answered, 0) || Math.min(there - asked, 0);
}
