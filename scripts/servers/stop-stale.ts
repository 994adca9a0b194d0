import { readFileSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { commandOf } from "../lock.mjs";

/**
 * Ends the server that a start which was killed hard left behind: the one whose pid stands in `pidFile`,
 * if its command line still looks like ours (`looksLike`); a pid may have gone to another program meanwhile.
 */
export async function stopStale(pidFile: string, looksLike: RegExp, signal: "SIGINT" | "SIGTERM"): Promise<void> {
  const pid = pidIn(pidFile);
  if (pid === null) return;
  for (let waited = 0; looksLike.test(commandOf(pid) ?? ""); waited += 50) {
    if (waited % 2_000 === 0) tell(pid, waited >= 8_000 ? "SIGKILL" : signal);
    if (waited % 2_000 === 0) tell(pid, "SIGCONT");
    await sleep(50);
  }
  rmSync(pidFile, { force: true });
}

/** The pid on the first line of a pid file, or null. */
export function pidIn(pidFile: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(pidFile, "utf8"), 10);
    return pid > 1 ? pid : null;
  } catch {
    return null;
  }
}

function tell(pid: number, signal: NodeJS.Signals) {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}
