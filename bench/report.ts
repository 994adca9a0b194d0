import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Result } from "./result";

const RESULTS = join("docs", "bench.json");
const BETWEEN = /(<!-- bench -->\n)[\s\S]*?(\n<!-- \/bench -->)/;

/** Prints the table (`load`: what else the machine did when it began, as a load average); with `write` also into docs/bench.json, and into the README between its markers. */
export function report(results: readonly Result[], { write, load }: { write: boolean; load: number }): void {
  for (const { name, value, target, holds } of results) console.log(`  ${holds === false ? "✗" : "✓"} ${name}: ${value}${holds === null ? "" : ` (${target})`}`);
  if (!write) return;
  const machine = { cores: availableParallelism(), node: process.versions.node, load: Number(load.toFixed(1)) };
  writeFileSync(RESULTS, `${JSON.stringify({ machine, results }, null, 2)}\n`);
  const readme = existsSync("README.md") ? readFileSync("README.md", "utf8") : "";
  if (!BETWEEN.test(readme)) return;
  const rows = results.map(({ name, value, target }) => `| ${name} | ${value} | ${target} |`);
  const table = ["| | measured | to hold |", "|---|---|---|", ...rows, "", `Ratios of one run on ${machine.cores} cores, Node ${machine.node}, with a load average of ${machine.load} from other work when it began: \`npm run bench\`.`].join("\n");
  writeFileSync("README.md", readme.replace(BETWEEN, (_all, open: string, close: string) => open + table + close));
}
