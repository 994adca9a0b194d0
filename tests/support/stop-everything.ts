const started: (() => Promise<unknown>)[] = [];

/** Ends what a test file started, the last first. What a runner that was killed leaves, its guards end. */
export async function stopEverything(): Promise<void> {
  for (let stop = started.pop(); stop; stop = started.pop()) await stop();
}

export function atEnd(stop: () => Promise<unknown>): void {
  started.push(stop);
}
