import { type Failure, fail } from "./errors";

/**
 * Work of which `width` pieces run at once, of one key never more than one. The keys take turns: who sends a thousand
 * pieces makes everyone else wait for one of them. None begins after its deadline (of `performance.now()`).
 */
export type FairQueue = <T>(key: string, deadline: number, work: () => Promise<T>) => Promise<T | Failure>;

type Line = { waiting: (() => void)[]; running: boolean };

/** At most `waiting` pieces wait, `ofEach` of one key; beyond that `unavailable`: a flood is shed, not queued. */
export function fairQueue(width: number, waiting: number, ofEach: number): FairQueue {
  const lines = new Map<string, Line>();
  let running = 0;
  let length = 0;

  function callNext(): void {
    for (const line of lines.values()) {
      if (running >= width) return;
      if (line.running) continue;
      running += 1;
      length -= 1;
      line.running = true;
      line.waiting.shift()?.();
    }
  }

  /** Whose turn is over goes to the end. */
  function leave(key: string, line: Line): void {
    running -= 1;
    line.running = false;
    lines.delete(key);
    if (line.waiting.length > 0) lines.set(key, line);
    callNext();
  }

  return async (key, deadline, work) => {
    const line = lines.get(key) ?? { waiting: [], running: false };
    if (length >= waiting || line.waiting.length >= ofEach) return fail("unavailable", { retryAfter: 2 });
    lines.set(key, line);
    length += 1;
    await new Promise<void>((begin) => {
      line.waiting.push(begin);
      callNext();
    });
    try {
      return performance.now() > deadline ? fail("unavailable", { retryAfter: 2 }) : await work();
    } finally {
      leave(key, line);
    }
  };
}
