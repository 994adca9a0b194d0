import { join } from "node:path";
import type { Options } from "@node-rs/argon2";
import { Piscina } from "piscina";
import { boundedQueue } from "@/lib/core/bounded-queue";
import type { Context } from "@/lib/core/context";
import type { Failure } from "@/lib/core/errors";
import { singleton } from "@/lib/core/singleton";

/** Read by Node itself, not bundled. */
const WORKER = join(process.cwd(), "lib", "auth", "hashing-worker.mjs");
/** Handed to a thread at once: while the event loop is busy with the answer of one, it has the next. */
const AHEAD = 2;
/** For each thread: more would wait longer than their requests may. */
const WAITING = 250;
/** How much politer than the event loop: a flood of sign-ins takes what those who are signed in leave. */
const NICE = 10;

type Tasks = {
  hash: { task: { password: string; parameters: Options }; result: string };
  verify: { task: { hash: string; password: string }; result: boolean };
};

/**
 * Hashes in `HASH_THREADS` threads of lower priority, apart from libuv's pool. None begins after `deadline`
 * (of `performance.now()`), but for what is handed ahead. Errors: `unavailable` (too many wait, or too long).
 */
export function inHashingThreads<N extends keyof Tasks>(context: Context, deadline: number, name: N, task: Tasks[N]["task"]): Promise<Tasks[N]["result"] | Failure> {
  const { threads, queue } = singleton("auth.hashing", () => start(context.settings.HASH_THREADS));
  return queue(deadline, () => threads.run(task, { name }) as Promise<Tasks[N]["result"]>);
}

function start(count: number) {
  return {
    threads: new Piscina({ filename: WORKER, minThreads: count, maxThreads: count, concurrentTasksPerWorker: AHEAD, niceIncrement: NICE, execArgv: [], env: {} }),
    queue: boundedQueue(count * AHEAD, count * WAITING),
  };
}
