import { readFileSync, writeFileSync } from "node:fs";
import { boundInWords, holds, inWords, type Result } from "./result";
import type { Run } from "./runs";
import type { Line } from "./summarise";

/** Prints what was measured, each line with whether it keeps to its bound. */
export function print(results: readonly Result[]): void {
  for (const result of results) console.log(`  ${holds(result) ? "✓" : "✗"} ${result.name}: ${inWords(result)}${result.bound === null ? "" : ` (${boundInWords(result)})`}`);
}

/** Writes the table of the kept runs into the README, between `<!-- marker -->` and its end. */
export function writeTable(marker: string, command: string, runs: readonly Run[], lines: readonly Line[]): void {
  const between = new RegExp(`(<!-- ${marker} -->\\n)[\\s\\S]*?(<!-- /${marker} -->)`);
  const rows = lines.map(({ median, worst }) => `| ${median.name} | ${inWords(median)} | ${inWords(worst)} | ${boundInWords(median)} |`);
  const text = ["| | median | worst | to hold |", "|---|---|---|---|", ...rows, "", caption(command, runs), ""].join("\n");
  writeFileSync("README.md", readFileSync("README.md", "utf8").replace(between, (_all, open: string, close: string) => open + text + close));
}

/** How many runs, when and on what. */
function caption(command: string, runs: readonly Run[]): string {
  const [first, last] = [runs.at(0) as Run, runs.at(-1) as Run];
  const minute = ({ at }: Run) => `${at.slice(0, 10)} ${at.slice(11, 16)}`;
  const loads = runs.map(({ load }) => load);
  const when = runs.length === 1 ? `One run, ${minute(first)} UTC` : `Median and worst of ${runs.length} runs, ${minute(first)} to ${minute(last)} UTC`;
  const on = Object.entries(last.on).map(([name, version]) => `${name} ${version}`).join(", ");
  return `${when}, on ${on}; load average from other work when they began ${Math.min(...loads)} to ${Math.max(...loads)}: \`${command}\`.`;
}
