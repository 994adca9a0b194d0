import { singleton } from "./singleton";

/**
 * Runs `work` after all earlier work of the same key in this process. What would wait for one lock anyway
 * waits here, where it holds no connection: one account's crowd cannot take the pool from everyone else.
 */
export function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const tails = singleton("inTurn", () => new Map<string, Promise<unknown>>());
  const before = tails.get(key) ?? Promise.resolve();
  const mine = before.then(work, work);
  tails.set(key, mine);
  const leave = () => {
    if (tails.get(key) === mine) tails.delete(key);
  };
  mine.then(leave, leave);
  return mine;
}
