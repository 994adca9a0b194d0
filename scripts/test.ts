import { existsSync } from "node:fs";
import { join } from "node:path";
import { buildApp } from "./steps/build-app";
import { bringTools } from "./test/tools";
import { endWithCurrent, runNode } from "./test/run-command";
import { runVitest, type Tally } from "./test/run-vitest";
import { Trouble } from "./trouble";
import { step } from "./up/say";

const bin = (...path: string[]) => join("node_modules", ...path);

/**
 * `npm test`: lint, types, unit, integration, attacks with fewer rounds, browser. `--check`: the first three
 * only. `--faults`: the attacks with all rounds. The last line is the sum, `N passed, N failed`.
 */
export async function main(args: readonly string[]): Promise<number> {
  const known = ["--check", "--faults"];
  if (args.some((arg) => !known.includes(arg))) throw new Trouble("npm test takes no arguments; npm run check and npm run faults are its parts.");
  endWithCurrent();
  const total: Tally = { passed: 0, failed: 0, skipped: 0 };
  function add(tally: Tally) {
    for (const key of ["passed", "failed", "skipped"] as const) total[key] += tally[key];
  }

  if (args.includes("--faults")) {
    await bringTools();
    add(await builds());
    if (total.failed === 0) add(await runVitest(["faults"], { env: { ...process.env, ATTACK_ROUNDS: "full" } }));
  } else {
    add(await check("lint", [bin("oxlint", "bin", "oxlint"), "--type-aware", "--deny-warnings"]));
    // Writes the declarations of styles and routes that a fresh clone does not have yet.
    if (!existsSync("next-env.d.ts")) await runNode([bin("next", "dist", "bin", "next"), "typegen"], { ...process.env, NEXT_TELEMETRY_DISABLED: "1" });
    add(await check("types", [bin("typescript", "bin", "tsc"), "--noEmit"]));
    add(await runVitest(["unit"]));
    if (!args.includes("--check")) {
      await bringTools();
      add(await builds());
      // They wait more than they work, for what freezes, dies and comes back.
      add(await runVitest(["integration", "measured"], { workers: 3 }));
      add(await runVitest(["faults"]));
      add(await runVitest(["e2e"]));
    }
  }
  console.log(`\n${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ""}`);
  return total.failed > 0 || total.passed === 0 ? 1 : 0;
}

async function check(name: string, command: readonly string[]): Promise<Tally> {
  const started = Date.now();
  const code = await runNode(command);
  console.log(`  ${code === 0 ? "✓" : "✗"} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

async function builds(): Promise<Tally> {
  try {
    await step("build", () => buildApp());
    return { passed: 1, failed: 0, skipped: 0 };
  } catch (error) {
    console.error((error as Error).message);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
