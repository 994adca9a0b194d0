import { boundedQueue } from "@/lib/core/bounded-queue";
import type { Context } from "@/lib/core/context";
import type { Failure } from "@/lib/core/errors";
import { singleton } from "@/lib/core/singleton";

/** For each thread: more would wait longer than their requests may. */
const WAITING = 250;

/**
 * Runs a password hash when a thread is free: `HASH_THREADS` at once in a process, so that a flood of sign-ins
 * leaves cores to those who are signed in. Errors: `unavailable` (too many wait, or too long).
 */
export function inHashingQueue<T>(context: Context, deadline: number, work: () => Promise<T>): Promise<T | Failure> {
  return singleton("auth.hashing", () => boundedQueue(context.settings.HASH_THREADS, context.settings.HASH_THREADS * WAITING))(deadline, work);
}
