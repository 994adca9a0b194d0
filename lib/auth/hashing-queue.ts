import pLimit from "p-limit";
import type { Context } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { singleton } from "@/lib/core/singleton";

/** How many hashes may wait for each thread: more would wait longer than their requests may. */
const WAITING_PER_THREAD = 250;

/**
 * Runs a password hash when a thread is free: `HASH_THREADS` at once in a process, so that a flood of sign-ins
 * leaves cores to those who are signed in, and a bounded number waiting, at most until `deadline` (of
 * `performance.now()`). Beyond it `unavailable`: the flood is shed, not queued.
 */
export async function inHashingQueue<T>(context: Context, deadline: number, work: () => Promise<T>): Promise<T | Failure> {
  const threads = context.settings.HASH_THREADS;
  const queue = singleton("auth.hashing", () => pLimit(threads));
  if (queue.pendingCount >= threads * WAITING_PER_THREAD) return fail("unavailable", { retryAfter: 2 });
  return queue(async () => (performance.now() > deadline ? fail("unavailable", { retryAfter: 2 }) : work()));
}
