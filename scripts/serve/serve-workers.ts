import cluster, { type Worker } from "node:cluster";
import type { Log } from "@/lib/platform/log";
import { PATIENCE_MS } from "./serve-alone";

const LONGEST_PAUSE_MS = 30_000;
/** What a worker takes after its grace to close, beside its answers on their way. */
const CLOSING_MS = 4_000;

/** Keeps `count` workers of this program on one port until SIGTERM or SIGINT; one that dies is replaced. `drains`: called when they begin to. */
export function serveWorkers(count: number, graceSeconds: number, log: Log, drains: () => void): void {
  // Each worker takes connections from the one socket itself. Handed on by the primary, a connection that is on its
  // way to a worker when that dies is never answered and never closed.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  let stopping = false;
  let pause = 250;
  let everListened = false;

  cluster.on("listening", (_worker, { port }) => {
    pause = 250;
    if (!everListened) process.send?.({ listening: port });
    everListened = true;
  });
  cluster.on("exit", (worker: Worker, code: number, signal: string) => {
    if (stopping) return leaveWhenDone();
    log.error({ pid: worker.process.pid, code, signal }, "worker ended");
    if (!everListened) process.exit(1);
    setTimeout(() => stopping || cluster.fork(), pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  });

  function leaveWhenDone() {
    if (Object.keys(cluster.workers ?? {}).length === 0) process.exit(0);
  }
  function stop(signal: "SIGTERM" | "SIGINT") {
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill(signal);
    if (stopping) return;
    stopping = true;
    drains();
    setTimeout(() => {
      for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill("SIGKILL");
    }, graceSeconds * 1000 + PATIENCE_MS + CLOSING_MS).unref();
    leaveWhenDone();
  }
  process.on("SIGTERM", () => stop("SIGTERM"));
  process.on("SIGINT", () => stop("SIGINT"));
  process.on("disconnect", () => stop("SIGINT"));

  for (let i = 0; i < count; i++) cluster.fork();
}
