import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { atEnd } from "@/tests/support/stop-everything";
import { makeTemporaryFolder } from "@/tests/support/temporary-folder";

type Packages = Record<string, { version: string; dev?: true }>;

const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: Packages };
const WORDS = "What is installed in node_modules is not what package-lock.json names: run `npm ci` (`npm ci --omit=dev` is enough to build and to run).\n";

/** A checkout in which npm left `installed`; null: nothing at all. */
async function checkout(installed: Packages | null): Promise<string> {
  const { folder, remove } = await makeTemporaryFolder();
  atEnd(remove);
  for (const path of ["package.json", "package-lock.json", "scripts"]) cpSync(path, join(folder, path), { recursive: true });
  if (installed === null) return folder;
  mkdirSync(join(folder, "node_modules"));
  writeFileSync(join(folder, "node_modules", ".package-lock.json"), JSON.stringify({ packages: installed }));
  return folder;
}

async function run(cwd: string, script: string) {
  const env = { PATH: process.env.PATH, NODE_ENV: "test" } as NodeJS.ProcessEnv;
  return promisify(execFile)("npm", ["--silent", "run", script], { cwd, env, timeout: 30_000 }).then(
    () => ({ code: 0, complains: "" }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, complains: stderr }),
  );
}

test("the operator's commands install nothing: they say in a sentence that what is installed does not fit, and exit", async () => {
  const next = packages["node_modules/next"] as Packages[string];
  for (const installed of [null, {}, { ...packages, "node_modules/next": { ...next, version: "16.0.0" } }]) {
    const folder = await checkout(installed);
    for (const script of ["start", "build", "admin", "sweep", "db:migrate"]) expect(await run(folder, script), script).toEqual({ code: 1, complains: WORDS });
    expect(existsSync(join(folder, "node_modules", "next"))).toBe(false);
  }
}, 120_000);

test("what `npm ci --omit=dev` leaves fits", async () => {
  const folder = await checkout(Object.fromEntries(Object.entries(packages).filter(([, { dev }]) => !dev)));
  for (const script of ["start", "db:migrate"]) expect((await run(folder, script)).complains, script).toMatch(/Cannot find module 'tsx/);
});
