import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { below, holds, inWords, time, unbound } from "@/bench/result";
import { keepRun, type Run } from "@/bench/runs";
import { summarise } from "@/bench/summarise";

const folder = mkdtempSync(join(tmpdir(), "latchkey-runs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(milliseconds: number, rate: number, of = "these sources"): Run {
  const results = [time("p99", milliseconds, 5), below("against idle", milliseconds / 2, 3), unbound("rate", rate, "a second", "more")];
  return { of, on: { Node: "20.20.2" }, at: "2026-11-21T08:00:00.000Z", load: 0, results };
}

test("the median and the worst of each line, whichever way is worse", () => {
  const lines = summarise([run(4, 700), run(9, 500), run(5, 900)]);
  expect(lines.map(({ median }) => inWords(median))).toEqual(["5.0 ms (1.0 hashes)", "2.50 ×", "700 a second"]);
  expect(lines.map(({ worst }) => inWords(worst))).toEqual(["9.0 ms (1.8 hashes)", "4.50 ×", "500 a second"]);
  expect(lines.map(({ median, worst }) => [holds(median), holds(worst)])).toEqual([[true, true], [true, false], [true, true]]);
});

test("runs of other sources are not kept beside new ones", () => {
  const file = join(folder, "runs.json");
  keepRun(file, run(4, 700, "older sources"));
  keepRun(file, run(5, 700));
  expect(keepRun(file, run(6, 700))).toHaveLength(2);
  expect((JSON.parse(readFileSync(file, "utf8")) as { runs: Run[] }).runs.map(({ of }) => of)).toEqual(["these sources", "these sources"]);
});
