import { fork } from "node:child_process";
import { join } from "node:path";
import type { Log } from "@/lib/platform/log";

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Keeps one process beside this one that sends mail, for all workers; one that dies, or cannot be started, is replaced, after longer and
 * longer pauses until one has lived for a while. It ends with this one, over its channel, even if this one is killed. What is returned is
 * called when this one begins to drain: none is started from then on, and the one that there is sends on.
 */
export function keepSender(log: Log): () => void {
  let stopping = false;
  let pause = FIRST_PAUSE_MS;

  function start(): void {
    if (stopping) return;
    const startedAt = performance.now();
    let isOver = false;
    function again(why: object): void {
      if (isOver || stopping) return;
      isOver = true;
      log.error(why, "the sender of mails ended");
      if (performance.now() - startedAt > LONGEST_PAUSE_MS) pause = FIRST_PAUSE_MS;
      setTimeout(start, pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
    // Without a process or a file left Node says `error` and no `exit`; without memory it throws.
    try {
      const sender = fork(join("scripts", "send-mails.mjs"));
      sender.on("error", (error) => again({ err: error }));
      sender.once("exit", (code, signal) => again({ pid: sender.pid, code, signal }));
    } catch (error) {
      again({ err: error });
    }
  }
  start();
  return () => void (stopping = true);
}
