/** All times in JSON: ISO 8601, UTC, with milliseconds. */
export function iso(time: Date | number): string {
  return new Date(time).toISOString();
}

export function isoOrNull(time: Date | number | null): string | null {
  return time === null ? null : iso(time);
}

/** Where "now" comes from, so that tests can hold it. Milliseconds since 1970. */
export type Clock = { now(): number };

export const systemClock: Clock = { now: () => Date.now() };

const UNITS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Seconds in `15m`, `7d`, `30s`, `12h` or a plain number of seconds; null for anything else. */
export function parseDuration(text: string): number | null {
  const match = /^(\d{1,9})([smhd])?$/.exec(text.trim());
  if (!match) return null;
  return Number(match[1]) * UNITS[(match[2] ?? "s") as keyof typeof UNITS];
}

/** What a timer can wait at most: a longer one goes off at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;
