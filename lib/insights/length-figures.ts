import { type Figures, LENGTH_STEP } from "./schema";

/** Sessions by the step of their length (`LENGTH_STEP` to its power, in seconds). */
type Step = { key: string; count: number; before: number };
type Lengths = { buckets: Figures["lengths"]; median: Half; p90: Half };
type Half = { count: number | null; before: number | null };

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Where the pillars of the picture begin, seconds. */
const BOUNDS = [0, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, DAY, 7 * DAY, 30 * DAY] as const;

/** How long sessions were: what half of them, and nine in ten, did not exceed, within 5 %; and how they are spread. */
export function lengthFigures(steps: readonly Step[]): Lengths {
  const sorted = steps.map(({ key, count, before }) => ({ seconds: LENGTH_STEP ** (Number(key) + 0.5), count, before })).sort((a, b) => a.seconds - b.seconds);
  const reach = (share: number): Half => ({ count: quantile(sorted, share, "count"), before: quantile(sorted, share, "before") });
  return {
    median: reach(0.5),
    p90: reach(0.9),
    buckets: BOUNDS.map((fromSeconds, index) => {
      const toSeconds = BOUNDS[index + 1] ?? null;
      const within = sorted.filter(({ seconds }) => seconds >= fromSeconds && (toSeconds === null || seconds < toSeconds));
      return { fromSeconds, toSeconds, count: sumOf(within, "count"), before: sumOf(within, "before") };
    }),
  };
}

function sumOf<K extends string>(rows: readonly Record<K, number>[], name: K): number {
  return rows.reduce((sum, row) => sum + row[name], 0);
}

function quantile(sorted: readonly { seconds: number; count: number; before: number }[], share: number, which: "count" | "before"): number | null {
  const all = sumOf(sorted, which);
  let reached = 0;
  for (const step of sorted) {
    reached += step[which];
    if (reached > 0 && reached >= all * share) return Math.round(step.seconds);
  }
  return null;
}
