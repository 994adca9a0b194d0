import { createHash } from "node:crypto";
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { takeLock } from "../lock.mjs";
import { Trouble } from "../trouble";

const BUILDS = join(".latchkey", "builds");
const SOURCES = ["app", "components", "lib", "db", "public", "middleware.ts", "instrumentation.ts", "next.config.ts", "package.json", "package-lock.json", "tsconfig.json"];
const KEPT = 3;

/** The folder that holds the build of the sources as they are now, if there is one. */
export function findBuild(): string | null {
  const folder = folderOf(hashSources());
  return existsSync(folder) ? folder : null;
}

/**
 * Builds the app and returns the build's folder. Each state of the sources has a folder of its own that
 * is never changed once made: what runs from an older one (`up` while the tests build) is not disturbed.
 */
export async function buildApp(signal?: AbortSignal): Promise<string> {
  const lock = join(".latchkey", "build.lock");
  while (takeLock(lock, /node/) !== null) await sleep(500, undefined, { signal });
  try {
    const hash = hashSources();
    const folder = folderOf(hash);
    if (existsSync(folder)) return folder;
    await nextBuild(signal);
    if (hashSources() !== hash) throw new Trouble("The sources changed while they were being built: try again.");
    publish(folder);
    return folder;
  } finally {
    rmSync(lock, { force: true });
  }
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

async function nextBuild(signal?: AbortSignal): Promise<void> {
  mkdirSync(BUILDS, { recursive: true });
  const log = join(".latchkey", "build.log");
  const output = openSync(log, "w", 0o600);
  const child = spawn(process.execPath, [join("node_modules", "next", "dist", "bin", "next"), "build"], {
    stdio: ["ignore", output, output],
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", BUILD_FOLDER: undefined },
    signal,
  });
  const code = await new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("exit", resolve);
  });
  if (code === 0) return;
  signal?.throwIfAborted();
  throw new Trouble(`${readFileSync(log, "utf8").trim().split("\n").slice(-30).join("\n")}\n\nThe app does not build: the lines above say why.`);
}

function publish(folder: string) {
  const unfinished = `${folder}.${process.pid}`;
  cpSync(".next", unfinished, { recursive: true, filter: (path) => !/^\.next[/\\](cache|dev)$/.test(path) });
  renameSync(unfinished, folder);
  const builds = readdirSync(BUILDS).map((name) => join(BUILDS, name));
  for (const old of builds.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs).slice(KEPT)) rmSync(old, { recursive: true, force: true });
}
