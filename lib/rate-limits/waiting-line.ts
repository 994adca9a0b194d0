/** Who waits in this process for a place under a key, first come first served. */
export type WaitingLine = {
  readonly length: number;
  /** Resolves when called, or after `milliseconds`. */
  wait(key: string, milliseconds: number): Promise<void>;
  /** Calls the first who waits for `key`. */
  callNext(key: string): void;
};

export function waitingLine(): WaitingLine {
  const lines = new Map<string, Set<() => void>>();
  let length = 0;
  return {
    get length() {
      return length;
    },
    wait(key, milliseconds) {
      return new Promise<void>((resolve) => {
        const line = lines.get(key) ?? new Set();
        lines.set(key, line);
        const leave = () => {
          clearTimeout(timer);
          line.delete(leave);
          if (line.size === 0) lines.delete(key);
          length -= 1;
          resolve();
        };
        const timer = setTimeout(leave, milliseconds);
        line.add(leave);
        length += 1;
      });
    },
    callNext(key) {
      const [first] = lines.get(key) ?? [];
      first?.();
    },
  };
}
