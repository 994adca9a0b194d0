const stops: (() => Promise<unknown>)[] = [];
let stopping: Promise<void> | null = null;

/** Remembers how to end something that was started. */
export function remember(stop: () => Promise<unknown>): void {
  stops.push(stop);
}

export function isStopping(): boolean {
  return stopping !== null;
}

/** Ends everything that was started, the last first, also what was still being started when this was first asked. */
export function stopAll(): Promise<void> {
  stopping = (stopping ?? Promise.resolve()).then(async () => {
    for (let stop = stops.pop(); stop; stop = stops.pop()) await stop().catch(() => {});
  });
  return stopping;
}
