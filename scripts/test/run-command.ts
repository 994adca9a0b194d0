import { type ChildProcess, spawn } from "node:child_process";

let current: ChildProcess | null = null;

/** Runs a Node program to its end, its output ours; the exit code, or 1 if it was killed. */
export function runNode(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<number> {
  return new Promise((resolve) => {
    current = spawn(process.execPath, args, { env, stdio: ["ignore", "inherit", "inherit"] });
    current.once("error", () => resolve(1));
    current.once("exit", (code) => {
      current = null;
      resolve(code ?? 1);
    });
  });
}

/** Ends what runs with us; its servers end by their guards. */
export function endWithCurrent(): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (!current) process.exit(1);
      current.once("exit", () => process.exit(1));
      current.kill("SIGTERM");
    });
  }
}
