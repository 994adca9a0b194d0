import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { Trouble } from "@/scripts/trouble";
import { emptyPair } from "./empty-pair";

const SOURCES = ["app", "components", "db", "lib", "public", "scripts", "middleware.ts", "instrumentation.ts", "next.config.ts", "package.json", "tsconfig.json"];

/**
 * A copy of the app with one more route, built for production, and its folder. It lies below the checkout, so that
 * it finds the packages that are installed there. Built again only when the sources changed.
 */
export async function buildCopy(): Promise<string> {
  const copy = resolve(".latchkey", "bench", "app");
  const made = join(copy, ".next", "made-from");
  const hash = hashSources();
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

function hashSources(): string {
  const hash = createHash("sha256").update(process.version);
  for (const source of [...SOURCES, "package-lock.json", join("bench", "empty-pair.ts")]) {
    const files = statSync(source).isDirectory() ? readdirSync(source, { recursive: true, encoding: "utf8" }).sort().map((file) => join(source, file)) : [source];
    for (const file of files) if (statSync(file).isFile()) hash.update(`${file}\0`).update(readFileSync(file));
  }
  return hash.digest("hex");
}

async function nextBuild(copy: string): Promise<void> {
  const log = join(copy, "build.log");
  const output = openSync(log, "w");
  const next = createRequire(join(copy, "package.json")).resolve("next/dist/bin/next");
  const child = spawn(process.execPath, [next, "build"], { cwd: copy, stdio: ["ignore", output, output], env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" } });
  const code = await new Promise((ended) => child.once("exit", ended));
  if (code !== 0) throw new Trouble(`${readFileSync(log, "utf8").trim().split("\n").slice(-20).join("\n")}\n\nThe copy that is measured does not build.`);
}
