import pLimit from "p-limit";
import { type Failure, fail } from "./errors";

/**
 * Work of which `width` pieces run at once, at most `waiting` wait, and none begins after its deadline (of
 * `performance.now()`). Beyond that `unavailable`: a flood is shed, not queued.
 */
export type BoundedQueue = <T>(deadline: number, work: () => Promise<T>) => Promise<T | Failure>;

export function boundedQueue(width: number, waiting: number): BoundedQueue {
  const limit = pLimit(width);
  return async (deadline, work) => {
    if (limit.pendingCount >= waiting) return fail("unavailable", { retryAfter: 2 });
    return limit(async () => (performance.now() > deadline ? fail("unavailable", { retryAfter: 2 }) : work()));
  };
}
