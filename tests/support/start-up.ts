import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { atEnd } from "./stop-everything";

/** A run of `npm run up`'s program on a data folder of a test's own. */
export type Up = {
  readonly pid: number;
  output(): string;
  readonly exited: Promise<number | null>;
  /** Resolves with the address it prints; rejects with the output if it ends before. */
  ready(): Promise<string>;
  end(signal: NodeJS.Signals): Promise<number | null>;
};

export function startUp(dataFolder: string, env: Record<string, string> = {}): Up {
  const child = spawn(process.execPath, ["scripts/up.mjs"], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, DATA_DIR: dataFolder, ...env } as unknown as NodeJS.ProcessEnv,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  atEnd(async () => {
    child.kill("SIGTERM");
    await exited;
  });
  return {
    pid: child.pid as number,
    output: () => output,
    exited,
    async ready() {
      let ended = false;
      void exited.then(() => (ended = true));
      for (;;) {
        const address = /is ready: (\S+)/.exec(output)?.[1];
        if (address) return address;
        if (ended) throw new Error(output);
        await sleep(50);
      }
    },
    async end(signal) {
      child.kill(signal);
      return exited;
    },
  };
}

/** The pids of all processes whose arguments or environment name the folder, but our own. */
export function processesOf(folder: string): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 1 && pid !== process.pid && ["cmdline", "environ"].some((file) => contentOf(join("/proc", String(pid), file)).includes(folder)));
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** Whether the folder's processes are all gone within `milliseconds`. */
export async function allGone(folder: string, milliseconds: number): Promise<boolean> {
  for (const started = Date.now(); Date.now() - started < milliseconds; await sleep(50)) {
    if (processesOf(folder).length === 0) return true;
  }
  return false;
}
