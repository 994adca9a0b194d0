import { fork } from "node:child_process";
import { join } from "node:path";
import type { Log } from "@/lib/platform/log";

const PAUSE_MS = 1_000;

/**
 * Keeps one process beside this one that sends mail, for all workers; one that dies is replaced. It ends with this one, over its
 * channel, even if this one is killed.
 */
export function keepSender(log: Log): void {
  let stopping = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => (stopping = true));

  function start(): void {
    const sender = fork(join("scripts", "send-mails.mjs"));
    sender.once("error", () => {});
    sender.once("exit", (code, signal) => {
      if (stopping) return;
      log.error({ pid: sender.pid, code, signal }, "the sender of mails ended");
      setTimeout(start, PAUSE_MS);
    });
  }
  start();
}
