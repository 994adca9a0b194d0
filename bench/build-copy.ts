import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { emptyPair } from "./empty-pair";
import { hashFiles } from "./hash-files";
import { runLogged } from "./run-logged";

/** What the app is made of. */
export const SOURCES = ["app", "components", "db", "lib", "public", "scripts", "middleware.ts", "instrumentation.ts", "next.config.ts", "package.json", "tsconfig.json"];

/**
 * A copy of the app with one more route, built for production, and its folder. It lies below the checkout, so that
 * it finds the packages that are installed there. Built again only when the sources changed.
 */
export async function buildCopy(): Promise<string> {
  const copy = resolve(".latchkey", "bench", "app");
  const made = join(copy, ".next", "made-from");
  const hash = hashFiles([...SOURCES, "package-lock.json", join("bench", "empty-pair.ts")]);
  if (existsSync(made) && readFileSync(made, "utf8") === hash) return copy;
  for (const source of [...SOURCES, "next-env.d.ts", "node_modules"]) rmSync(join(copy, source), { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  for (const source of SOURCES) cpSync(source, join(copy, source), { recursive: true });
  for (const [path, text] of Object.entries(emptyPair(readFileSync("middleware.ts", "utf8")))) {
    mkdirSync(join(copy, path, ".."), { recursive: true });
    writeFileSync(join(copy, path), text);
  }
  await nextBuild(copy);
  // For what is looked up by its path (the country data); a build does not follow such a link.
  symlinkSync(resolve("node_modules"), join(copy, "node_modules"));
  writeFileSync(made, hash);
  return copy;
}

async function nextBuild(copy: string): Promise<void> {
  const next = createRequire(join(copy, "package.json")).resolve("next/dist/bin/next");
  await runLogged(process.execPath, [next, "build"], { cwd: copy, log: join(copy, "build.log"), env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" } });
}
