import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Result } from "./result";

export type Run = {
  /** Tells states of the sources and of the benchmark apart. */
  of: string;
  /** What it ran on, by name. */
  on: Record<string, string>;
  /** When it began, and the load average of other work then. */
  at: string;
  load: number;
  results: Result[];
};

/** Appends a run to those of the same sources on the same machine, which is what a median can be taken of; all that are kept now. */
export function keepRun(file: string, run: Run): Run[] {
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { runs: Run[] }).runs : [];
  const runs = [...before.filter(({ of, on }) => of === run.of && JSON.stringify(on) === JSON.stringify(run.on)), run];
  writeFileSync(file, `${JSON.stringify({ runs }, null, 2)}\n`);
  return runs;
}
