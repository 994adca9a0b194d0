import { setTimeout as sleep } from "node:timers/promises";
import { isStopping, remember } from "./stack";

type Server = { readonly port: number; readonly exited: Promise<unknown>; stop(): Promise<void> };

/** Starts a server and starts it again, on the same port, whenever it ends by itself. */
export async function keepRunning<S extends Server>(name: string, start: (port?: number) => Promise<S>): Promise<S> {
  const first = await start();
  let current: Server = first;
  remember(() => current.stop());
  void (async () => {
    for (;;) {
      await current.exited;
      if (isStopping()) return;
      console.log(`  ! ${name} ended by itself; starting it again`);
      await sleep(1_000);
      if (isStopping()) return;
      try {
        current = await start(first.port);
      } catch (error) {
        console.error(`  ! ${name} does not come back: ${(error as Error).message}`);
        return;
      }
    }
  })();
  return first;
}
