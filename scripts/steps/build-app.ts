import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { takeLock } from "../lock.mjs";
import { Trouble } from "../trouble";
import { buildNext } from "./build-next";

const BUILDS = join(".latchkey", "builds");
const SOURCES = ["app", "components", "lib", "db", "public", join("scripts", "steps"), "middleware.ts", "instrumentation.ts", "next.config.ts", "package.json", "package-lock.json", "tsconfig.json"];
/** Somebody may save a file meanwhile. */
const ATTEMPTS = 3;
const KEPT = 3;
/** How long an older build may still be served by somebody who has not said so since (`keepBuild`). */
const UNUSED_MS = 12 * 3_600_000;

/**
 * Builds the app and returns the build's folder. Each state of the sources has a folder of its own that
 * is never changed once made: what runs from an older one (`up` while the tests build) is not disturbed.
 */
export async function buildApp(signal?: AbortSignal): Promise<string> {
  const known = folderOf(hashSources());
  if (existsSync(known)) return known;
  const lock = join(".latchkey", "build.lock");
  while (takeLock(lock) !== null) await sleep(500, undefined, { signal });
  try {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const folder = folderOf(hashSources());
      if (existsSync(folder)) return folder;
      await buildWithLog(signal);
      if (folderOf(hashSources()) !== folder) continue;
      publish(folder);
      return folder;
    }
    throw new Trouble("The sources kept changing while they were being built: try again.");
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Says, now and every hour, that a build is in use. */
export function keepBuild(folder: string): void {
  const touch = () => utimesSync(folder, new Date(), new Date());
  touch();
  setInterval(touch, 3_600_000).unref();
}

function folderOf(hash: string): string {
  return join(BUILDS, hash);
}

/** Of every file that the build reads, and of the folder: a build holds absolute links. */
function hashSources(): string {
  const hash = createHash("sha256").update(`${process.cwd()}\0${process.version}\0`);
  for (const source of SOURCES.filter((path) => existsSync(path))) {
    const files = statSync(source).isDirectory() ? readdirSync(source, { recursive: true, encoding: "utf8" }).sort().map((file) => join(source, file)) : [source];
    for (const file of files) if (statSync(file).isFile()) hash.update(`${file}\0`).update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex").slice(0, 16);
}

async function buildWithLog(signal?: AbortSignal): Promise<void> {
  mkdirSync(BUILDS, { recursive: true });
  const log = join(".latchkey", "build.log");
  const output = openSync(log, "w", 0o600);
  if (await buildNext(["ignore", output, output], signal)) return;
  signal?.throwIfAborted();
  throw new Trouble(`${readFileSync(log, "utf8").trim().split("\n").slice(-30).join("\n")}\n\nThe app does not build: the lines above say why.`);
}

function publish(folder: string) {
  const unfinished = `${folder}.${process.pid}`;
  cpSync(".next", unfinished, { recursive: true, filter: (path) => !/^\.next[/\\](cache|dev)$/.test(path) });
  renameSync(unfinished, folder);
  const builds = readdirSync(BUILDS).map((name) => join(BUILDS, name));
  const age = (build: string) => Date.now() - statSync(build).mtimeMs;
  for (const old of builds.sort((a, b) => age(a) - age(b)).slice(KEPT)) if (age(old) > UNUSED_MS) rmSync(old, { recursive: true, force: true });
}
