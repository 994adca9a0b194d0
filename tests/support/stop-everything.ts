import { AsyncLocalStorage } from "node:async_hooks";

type Stop = () => Promise<unknown>;

const ofFile: Stop[] = [];
const ofProcess: Stop[] = [];
const outliving = new AsyncLocalStorage<true>();
let listens = false;

/** Ends what a test file started, the last first, also after one that complains. What a runner that was killed leaves, its guards end. */
export async function stopEverything(): Promise<void> {
  const complaints = await stopAll(ofFile);
  if (complaints.length > 0) throw complaints[0];
}

export function atEnd(stop: Stop): void {
  (outliving.getStore() ? ofProcess : ofFile).push(stop);
}

/** What `make` starts is not ended with the test file that asked for it but with the process, for the files that follow in it. */
export function outlivingFiles<T>(make: () => Promise<T>): Promise<T> {
  // That is how vitest ends one; half a second later it kills.
  if (!listens) process.once("SIGTERM", () => void stopAll(ofProcess).finally(() => process.exit()));
  listens = true;
  return outliving.run(true, make);
}

async function stopAll(stops: Stop[]): Promise<unknown[]> {
  const complaints: unknown[] = [];
  for (let stop = stops.pop(); stop; stop = stops.pop()) await stop().catch((complaint: unknown) => complaints.push(complaint));
  return complaints;
}
