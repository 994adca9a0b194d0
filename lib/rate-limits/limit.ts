/** At most `points` attempts that count (failures, as a rule) within any `seconds`, under `key`. */
export type Limit = { readonly key: string; readonly points: number; readonly seconds: number };

/**
 * How long an attempt may be under way before its place is given back, in milliseconds: a process that died
 * must not hold it. Longer than any request may take.
 */
export const LEASE_MS = 10_000;

/**
 * What a store answers to an attempt. Granted: `counted` is how many stand that count, limit by limit. Refused: `blocking` is the index of the limit that has no place left,
 * `freeInMs` when it next has one at the latest. Up to the lease it may be an attempt under way that ends
 * sooner; beyond it there are only those that count.
 */
export type Verdict = { granted: true; counted: number[] } | { granted: false; blocking: number; freeInMs: number };

export type LimitStore = {
  /** Takes one place of every limit, or of none. */
  reserve(limits: readonly Limit[], id: string): Promise<Verdict>;
  /** How many stand that count, limit by limit; takes no place. */
  count(limits: readonly Limit[]): Promise<number[]>;
  /** Gives the places back, or lets them count for the limits' time. */
  settle(limits: readonly Limit[], id: string, counts: boolean): Promise<void>;
};
