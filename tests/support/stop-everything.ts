const started: (() => Promise<unknown>)[] = [];

/** Ends what a test file started, the last first, also after one that complains. What a runner that was killed leaves, its guards end. */
export async function stopEverything(): Promise<void> {
  const complaints: unknown[] = [];
  for (let stop = started.pop(); stop; stop = started.pop()) await stop().catch((complaint: unknown) => complaints.push(complaint));
  if (complaints.length > 0) throw complaints[0];
}

export function atEnd(stop: () => Promise<unknown>): void {
  started.push(stop);
}
