import { type Failure, fail } from "./errors";

/**
 * Work of which `width` pieces run at once, of one key never more than one. The keys take turns: who sends a thousand
 * pieces makes everyone else wait for one of them. None begins after its deadline (of `performance.now()`), and none
 * waits longer.
 */
export type FairQueue = <T>(key: string, deadline: number, work: () => Promise<T>) => Promise<T | Failure>;

/** Each that waits is called with whether it may begin. */
type Line = { waiting: ((mayBegin: boolean) => void)[]; running: boolean };

/** The longest time that Node's timers take, milliseconds. */
const FOREVER = 2 ** 31 - 1;

/**
 * At most `waiting` pieces wait, `ofEach` of one key; beyond that `unavailable`: a flood is shed, not queued. When all
 * places are taken, the first piece of a key takes the place of the last one of the longest line, so that a few who
 * flood together keep nobody out.
 */
export function fairQueue(width: number, waiting: number, ofEach: number): FairQueue {
  const lines = new Map<string, Line>();
  let running = 0;
  let length = 0;

  function callNext(): void {
    for (const line of lines.values()) {
      if (running >= width) return;
      if (line.running || line.waiting.length === 0) continue;
      running += 1;
      length -= 1;
      line.running = true;
      line.waiting.shift()?.(true);
    }
  }

  function shedLongest(): void {
    const longest = [...lines.values()].reduce((a, b) => (b.waiting.length > a.waiting.length ? b : a));
    length -= 1;
    longest.waiting.pop()?.(false);
  }

  /** Resolves when it is its turn, or false: its time is over, or somebody else has its place. */
  function inLine(line: Line, deadline: number): Promise<boolean> {
    return new Promise((resolve) => {
      function call(mayBegin: boolean): void {
        clearTimeout(timer);
        resolve(mayBegin);
      }
      const timer = setTimeout(() => {
        line.waiting.splice(line.waiting.indexOf(call), 1);
        length -= 1;
        resolve(false);
      }, Math.min(deadline - performance.now(), FOREVER));
      length += 1;
      line.waiting.push(call);
      callNext();
    });
  }

  /** Whose turn is over goes to the end. */
  function leave(key: string, line: Line): void {
    lines.delete(key);
    if (line.waiting.length > 0 || line.running) lines.set(key, line);
    callNext();
  }

  return async (key, deadline, work) => {
    const line = lines.get(key) ?? { waiting: [], running: false };
    const isFirst = line.waiting.length === 0 && !line.running;
    if (line.waiting.length >= ofEach || (length >= waiting && !isFirst)) return fail("unavailable", { retryAfter: 2 });
    if (length >= waiting) shedLongest();
    lines.set(key, line);
    if (!(await inLine(line, deadline))) {
      if (line.waiting.length === 0 && !line.running) lines.delete(key);
      return fail("unavailable", { retryAfter: 2 });
    }
    try {
      return performance.now() > deadline ? fail("unavailable", { retryAfter: 2 }) : await work();
    } finally {
      running -= 1;
      line.running = false;
      leave(key, line);
    }
  };
}
