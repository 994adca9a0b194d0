import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Takes the lock in `file` for this process: null when taken, else the pid of the process that holds it.
 * A lock whose process is gone (killed hard, or a pid from before a restart) is taken over.
 */
export function takeLock(file) {
  mkdirSync(dirname(file), { recursive: true, mode: 0o711 });
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, JSON.stringify({ pid: process.pid, born: birthOf(process.pid) }), { mode: 0o600 });
  try {
    for (;;) {
      try {
        linkSync(mine, file);
        process.once("exit", () => releaseLock(file));
        return null;
      } catch (error) {
        if (error.code !== "EEXIST") throw error;
      }
      const holder = holderOf(file);
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

/** The pid of the living process that holds the lock, or null. */
function holderOf(file) {
  try {
    const { pid, born } = JSON.parse(readFileSync(file, "utf8"));
    return birthOf(pid) === born ? pid : null;
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
  return ps(pid, "command=");
}

/** When a living process began, since its pid may have been another's before; null when there is none of that pid. */
function birthOf(pid) {
  try {
    // proc(5): the 22nd field, counted from behind the name, which may contain anything.
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1).split(" ")[19];
  } catch (error) {
    if (process.platform === "linux" && error.code !== "EACCES") return null;
  }
  return ps(pid, "lstart=");
}

function ps(pid, field) {
  try {
    return execFileSync("ps", ["-o", field, "-p", String(pid)], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim() || null;
  } catch {
    return null;
  }
}
