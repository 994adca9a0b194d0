import { stopAll } from "./stack";

/** Resolves with 0 once a signal came, or npm ended, and everything is stopped. A second Ctrl-C does not wait. */
export function stopOnSignals(cancel: AbortController): Promise<number> {
  return new Promise((resolve) => {
    let told = 0;
    function stop() {
      if (++told > 2) process.exit(1);
      if (told === 1) console.log("\nStopping");
      cancel.abort();
      void stopAll().then(() => resolve(0));
    }
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
    stopWithNpm(stop);
  });
}

/** Killed hard, npm cannot pass anything on; we see that our parent is another one. */
function stopWithNpm(stop: () => void): void {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, 500);
  timer.unref();
}
