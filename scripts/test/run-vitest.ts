import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runNode } from "./run-command";

export type Tally = { passed: number; failed: number; skipped: number };

type Report = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: { status: string }[] }[];
};

type Options = { env?: NodeJS.ProcessEnv; /** Files at a time. */ workers?: number };

/** Runs the tests of the named projects of vitest.config.mts. */
export async function runVitest(projects: readonly string[], { env = process.env, workers = 2 }: Options = {}): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-report-"));
  const report = join(folder, "report.json");
  const names = projects.flatMap((name) => ["--project", name]);
  const code = await runNode(
    [join("node_modules", "vitest", "vitest.mjs"), "run", ...names, `--maxWorkers=${workers}`, "--passWithNoTests", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
    env,
  );
  const tally = count(report);
  rmSync(folder, { recursive: true, force: true });
  // Errors outside any test fail the run too.
  return code !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
}

/** A file that cannot even be loaded counts as one failed test. */
function count(file: string): Tally {
  try {
    const report = JSON.parse(readFileSync(file, "utf8")) as Report;
    const broken = report.testResults.filter(({ status, assertionResults }) => status === "failed" && !assertionResults.some((test) => test.status === "failed"));
    return { passed: report.numPassedTests, failed: report.numFailedTests + broken.length, skipped: report.numPendingTests + report.numTodoTests };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
