import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runLogged } from "../run-logged";

/** Its sources, with the lock file that says what is installed. */
export const BETTER_AUTH = join("bench", "peers", "better-auth");

/** The program that serves and builds an app of Next's. */
export const NEXT = join("node_modules", "next", "dist", "bin", "next");

/**
 * The better-auth application, installed and built for production in a temporary folder outside the checkout, so that it
 * finds no package of ours. Its build checks its types: a setting of better-auth's that is misspelt does not compile.
 */
export async function buildBetterAuth(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-peer-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  cpSync(BETTER_AUTH, folder, { recursive: true });
  const log = join(folder, "build.log");
  // Run by npm itself, we have its word for where the checkout is: --prefix says otherwise.
  await runLogged("npm", ["ci", "--prefix", folder, "--include=dev", "--ignore-scripts", "--loglevel=error"], { cwd: folder, log, env: process.env });
  const env = { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", BETTER_AUTH_SECRET: "a build signs nothing, and yet asks for it" } as const;
  await runLogged(process.execPath, [NEXT, "build"], { cwd: folder, log, env });
  return folder;
}
