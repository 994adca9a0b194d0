import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { stopEverything } from "@/tests/support/stop-everything";
import { Trouble } from "@/scripts/trouble";
import { step } from "@/scripts/up/say";
import { measureAdminList } from "./admin-list";
import { buildCopy, SOURCES } from "./build-copy";
import { hashFiles } from "./hash-files";
import { measureInsights } from "./insights";
import { machine, machineAndPeers } from "./machine";
import { measures, takeMeasures } from "./measures";
import { buildBetterAuth } from "./peers/build-better-auth";
import { comparePeers } from "./peers/compare";
import { measureReplay } from "./replay";
import { print, writeTable } from "./report";
import { holds, type Result } from "./result";
import { keepRun, type Run } from "./runs";
import { summarise } from "./summarise";

/** What one run takes, whatever it is of; then it is ended. */
const LONGEST_MS = 40 * 60_000;

/** Where runs are written down, and their table: between the README's markers of that name. */
type Book = { marker: string; file: string; on(): Record<string, string>; command: string };
const BENCH: Book = { marker: "bench", file: join("docs", "bench.json"), on: machine, command: "npm run bench" };
const PEERS: Book = { marker: "peers", file: join("docs", "peers.json"), on: machineAndPeers, command: "npm run bench -- --peers" };

/**
 * All measures, or those that are named, `--runs` times; only all of them are written down. In their place `--peers` is the
 * comparison with better-auth, `--large` the lists of administrators at a million sessions, their figures at ten million events (or as many
 * as `--events` says), and what replays cost. Nothing outside the loopback is touched.
 */
export async function main(args: readonly string[]): Promise<number> {
  const { peers, large, events, names, runs } = parse(args);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stopEverything().then(() => process.exit(1)));
  const load = Number((loadavg()[0] ?? 0).toFixed(1));
  const copy = await step("Build of a copy with an empty route (a minute when the sources changed)", buildCopy);
  const built = peers ? await step("Installation and build of better-auth in a temporary folder (a minute)", buildBetterAuth) : null;
  const book = peers ? PEERS : large || names.length > 0 ? null : BENCH;
  let held = true;
  for (let run = 0; run < runs; run++) {
    const at = new Date().toISOString();
    const results = await withinTime(() => (built ? comparePeers(copy, built) : large ? measureLarge(copy, events) : takeMeasures(copy, names)));
    print(results);
    held &&= results.every(holds);
    if (book) held = writeDown(book, { of: hashFiles([...SOURCES, "package-lock.json", "bench"]), on: book.on(), at, load, results });
  }
  return held ? 0 : 1;
}

function parse(args: readonly string[]): { peers: boolean; large: boolean; events: number; names: string[]; runs: number } {
  const { values, positionals: names } = parseArgs({ args: [...args], allowPositionals: true, options: { runs: { type: "string", default: "1" }, peers: { type: "boolean", default: false }, large: { type: "boolean", default: false }, events: { type: "string", default: "10000000" } } });
  const { peers, large } = values;
  const unknown = names.find((name) => !(name in measures));
  if (unknown || Number(peers) + Number(large) + Math.min(1, names.length) > 1) throw new Trouble(`npm run bench takes ${Object.keys(measures).join(", ")}, or --peers, or --large, or nothing for all but these two${unknown ? `; ${unknown} is not known here` : ""}.`);
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new Trouble(`--runs takes a whole number from 1 on; this is ${values.runs}.`);
  const events = Number(values.events);
  if (!Number.isInteger(events) || events < 1_000) throw new Trouble(`--events takes a whole number from 1000 on; this is ${values.events}.`);
  return { peers, large, events, names, runs };
}

async function measureLarge(copy: string, events: number): Promise<Result[]> {
  return [...(await measureAdminList(copy)), ...(await measureInsights(copy, events)), ...(await measureReplay())];
}

async function withinTime(measure: () => Promise<Result[]>): Promise<Result[]> {
  const late = setTimeout(() => process.kill(process.pid, "SIGTERM"), LONGEST_MS);
  try {
    return await measure();
  } finally {
    clearTimeout(late);
    await stopEverything();
  }
}

/** Whether the medians of what is kept now hold. */
function writeDown({ file, marker, command }: Book, run: Run): boolean {
  const kept = keepRun(file, run);
  const lines = summarise(kept);
  writeTable(marker, command, kept, lines);
  return lines.every(({ median }) => holds(median));
}
