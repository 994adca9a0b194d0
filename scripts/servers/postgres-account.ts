import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Trouble } from "../trouble";

/** Who runs PostgreSQL when we are root: it refuses to run as root itself. */
export type Account = { uid: number; gid: number };

/** The account `postgres`, made if root finds none; null for an ordinary user, who runs it himself. */
export function postgresAccount(): Account | null {
  if (process.getuid?.() !== 0) return null;
  const found = findAccount("postgres");
  if (found) return found;
  spawnSync("useradd", ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", "postgres"]);
  const made = findAccount("postgres");
  if (made) return made;
  throw new Trouble("PostgreSQL does not run as root and no account for it could be made: run `useradd --system postgres`, or set DATABASE_URL.");
}

function findAccount(name: string): Account | null {
  const line = readFileSync("/etc/passwd", "utf8").split("\n").find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(":") ?? [];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : null;
}

/** Whether the account can enter `folder`: folders above a checkout are often closed to others. */
export function canEnter(account: Account | null, folder: string): boolean {
  if (account === null) return true;
  return spawnSync("/bin/sh", ["-c", 'cd -- "$1"', "sh", folder], { uid: account.uid, gid: account.gid, cwd: "/" }).status === 0;
}
