import { median } from "./median";
import type { Result } from "./result";
import type { Run } from "./runs";

export type Line = { median: Result; worst: Result };

/** Line by line over runs of the same sources, which have the same lines. */
export function summarise(runs: readonly Run[]): Line[] {
  return (runs.at(-1)?.results ?? []).map((last, line) => {
    const all = runs.map(({ results }) => results[line] as Result);
    const middle = { ...last, value: median(all.map(({ value }) => value)) };
    if (last.hashes !== undefined) middle.hashes = median(all.map(({ hashes }) => hashes as number));
    return { median: middle, worst: all.reduce((worst, one) => (isWorse(one, worst) ? one : worst)) };
  });
}

function isWorse(one: Result, other: Result): boolean {
  return one.better === "more" ? one.value < other.value : one.value > other.value;
}
