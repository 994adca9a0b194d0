import { availableParallelism } from "node:os";
import type { Failure } from "@/lib/core/errors";
import { fairQueue } from "@/lib/core/fair-queue";
import { singleton } from "@/lib/core/singleton";

/** A picture of the largest size may take some hundred MB while it is decoded: never more than this many at once. */
const MOST = 4;
const WAITING = 64;
const OF_ACCOUNT = 24;

/**
 * Decodes when it is this account's turn, one of its pictures at a time: a core is left to those who are signed in.
 * The place is held until the work has really ended. Errors: `unavailable` (too many wait, or it would begin after
 * `deadline` of `performance.now()`).
 */
export function inDecodingQueue<T>(userId: string, deadline: number, work: () => Promise<T>): Promise<T | Failure> {
  const width = Math.max(1, Math.min(MOST, availableParallelism() - 1));
  return singleton("avatars.decoding", () => fairQueue(width, WAITING, OF_ACCOUNT))(userId, deadline, work);
}
