import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

const TOOLS = resolve(".latchkey", "tools");
const FOLDER = join(TOOLS, "swift");
const PYTHON = "/usr/bin/python3";

/** OpenStack Swift with its s3api, unpacked aside: what a process that runs it needs. Null where it was not brought. */
export function findSwift(): { python: string; env: NodeJS.ProcessEnv } | null {
  if (!existsSync(FOLDER)) return null;
  const libraries = join(FOLDER, "usr", "lib");
  const own = readdirSync(libraries).filter((name) => name.endsWith("-linux-gnu"));
  return {
    python: PYTHON,
    env: { NODE_ENV: process.env.NODE_ENV, PATH: process.env.PATH, PYTHONPATH: join(libraries, "python3", "dist-packages"), LD_LIBRARY_PATH: own.map((name) => join(libraries, name)).join(":") },
  };
}

/** Whether this system has what Swift is brought with: Debian's package tools, and its Python. */
export function canBringSwift(): boolean {
  return existsSync("/etc/debian_version") && existsSync(PYTHON);
}

/**
 * Unpacks Swift and what it needs from Debian's packages into a folder of ours; nothing is installed, no service
 * starts. Needs no rights but the network.
 */
export function bringSwift(): void {
  mkdirSync(TOOLS, { recursive: true });
  const work = mkdtempSync(join(TOOLS, "swift-"));
  try {
    const plan = run(["apt-get", "-s", "-qq", "install", "--no-install-recommends", "python3-swift"], work);
    const packages = [...plan.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name as string);
    if (packages.length === 0) throw new Error("apt-get does not know python3-swift: apt-get update");
    run(["apt-get", "-qq", "download", ...packages], work);
    for (const file of readdirSync(work).filter((name) => name.endsWith(".deb"))) run(["dpkg", "-x", file, "root"], work);
    renameSync(join(work, "root"), FOLDER);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function run([command = "", ...args]: string[], cwd: string): string {
  const done = spawnSync(command, args, { cwd, encoding: "utf8", env: { ...process.env, LC_ALL: "C" } });
  if (done.status !== 0) throw new Error(`${command}: ${done.stderr || String(done.error)}`);
  return done.stdout;
}
