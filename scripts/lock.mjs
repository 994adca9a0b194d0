import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Takes the lock in `file` for this process: null when taken, else the pid of the process that holds it.
 * A lock whose process is gone (killed hard, or a pid from before a restart) is taken over.
 */
export function takeLock(file, looksLike) {
  mkdirSync(dirname(file), { recursive: true, mode: 0o711 });
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, JSON.stringify({ pid: process.pid }), { mode: 0o600 });
  try {
    for (;;) {
      try {
        linkSync(mine, file);
        process.once("exit", () => releaseLock(file));
        return null;
      } catch (error) {
        if (error.code !== "EEXIST") throw error;
      }
      const holder = holderOf(file, looksLike);
      if (holder !== null) return holder;
      try {
        renameSync(file, `${mine}.stale`);
      } catch (error) {
        if (error.code !== "ENOENT") throw error;
      }
    }
  } finally {
    rmSync(mine, { force: true });
    rmSync(`${mine}.stale`, { force: true });
  }
}

/** The pid of the living process that holds the lock, or null; its command line matches `looksLike`. */
export function holderOf(file, looksLike) {
  try {
    const { pid } = JSON.parse(readFileSync(file, "utf8"));
    return pid !== process.pid && looksLike.test(commandOf(pid) ?? "") ? pid : null;
  } catch {
    return null;
  }
}

function releaseLock(file) {
  try {
    if (JSON.parse(readFileSync(file, "utf8")).pid === process.pid) rmSync(file);
  } catch {
    // Gone already.
  }
}

/** The command line of a living process; null when there is none of that pid. */
export function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim() || null;
  } catch (error) {
    if (process.platform === "linux" && error.code !== "EACCES") return null;
  }
  try {
    return execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim() || null;
  } catch {
    return null;
  }
}
