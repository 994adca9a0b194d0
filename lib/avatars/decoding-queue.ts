import { availableParallelism } from "node:os";
import { boundedQueue } from "@/lib/core/bounded-queue";
import type { Failure } from "@/lib/core/errors";
import { singleton } from "@/lib/core/singleton";

/** A picture of the largest size may take some hundred MB while it is decoded: never more than this many at once. */
const MOST = 4;
const WAITING = 64;

/**
 * Decodes when it is this picture's turn: a core is left to those who are signed in. The place is held until the
 * work has really ended. Errors: `unavailable` (too many wait, or it would begin after `deadline` of `performance.now()`).
 */
export function inDecodingQueue<T>(deadline: number, work: () => Promise<T>): Promise<T | Failure> {
  const width = Math.max(1, Math.min(MOST, availableParallelism() - 1));
  return singleton("avatars.decoding", () => boundedQueue(width, WAITING))(deadline, work);
}
