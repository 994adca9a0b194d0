import pLimit from "p-limit";
import { type Failure, fail } from "@/lib/core/errors";

/**
 * Work of which `width` pieces run at once, a bounded number waits, and none begins after its deadline (of
 * `performance.now()`). Beyond that `unavailable`: a flood is shed, not queued.
 */
export type BoundedQueue = <T>(deadline: number, work: () => Promise<T>) => Promise<T | Failure>;

/** More would wait longer than their requests may. */
const WAITING = 250;

export function boundedQueue(width: number): BoundedQueue {
  const limit = pLimit(width);
  return async (deadline, work) => {
    if (limit.pendingCount >= width * WAITING) return fail("unavailable", { retryAfter: 2 });
    return limit(async () => (performance.now() > deadline ? fail("unavailable", { retryAfter: 2 }) : work()));
  };
}
