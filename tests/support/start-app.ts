import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SERVE, SERVE_ENVIRONMENT } from "@/scripts/serve/command";
import { freePort } from "@/scripts/servers/free-port";
import { buildApp } from "@/scripts/steps/build-app";
import { atEnd } from "./stop-everything";
import { makeTemporaryFolder } from "./temporary-folder";
import { testSettings } from "./test-settings";

/** The built app in a process of its own, behind its real front server. */
export type TestApp = {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Standard output and error so far. */
  output(): string;
  /** Sends a signal and waits until it has ended; the exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  readonly exited: Promise<number | null>;
};

export type AppOptions = {
  /** DATABASE_URL, REDIS_URL and whatever a test sets otherwise. */
  env: Record<string, string>;
  port?: number;
  /** Do not wait until /api/ready is 200, only until it listens. */
  whileDown?: boolean;
};

export async function startApp({ env, port, whileDown = false }: AppOptions): Promise<TestApp> {
  const build = await buildApp();
  const chosen = port ?? (await freePort());
  const { folder, remove } = await makeTemporaryFolder();
  const child = spawn(process.execPath, [...SERVE, "--host", "127.0.0.1"], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: {
      PATH: process.env.PATH,
      ...SERVE_ENVIRONMENT,
      NODE_ENV: "production",
      BUILD_FOLDER: build,
      DATA_DIR: join(folder, "data"),
      ...testSettings,
      APP_URL: `http://localhost:${chosen}`,
      PORT: String(chosen),
      ...env,
    },
  });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", (text: string) => (output += text));
  atEnd(async () => {
    child.kill("SIGKILL");
    await exited;
    await remove();
    const unnamed = unnamedFailures(output);
    if (unnamed.length > 0) throw new Error(unnamed.join("\n"));
  });

  const url = `http://localhost:${chosen}`;
  await listening(child, exited, () => output);
  if (!whileDown) await ready(url, () => output);
  return {
    url,
    port: chosen,
    pid: child.pid as number,
    output: () => output,
    exited,
    async end(signal) {
      child.kill(signal);
      return exited;
    },
  };
}

/** The lines of an app's output that tell of what it never may answer. */
export function unnamedFailures(output: string): string[] {
  return output.split("\n").filter((line) => line.includes("a failure that the contract does not name"));
}

async function listening(child: ChildProcess, exited: Promise<number | null>, output: () => string): Promise<void> {
  const announced = new Promise<"listening">((resolve) => child.once("message", () => resolve("listening")));
  const first = await Promise.race([announced, exited, sleep(30_000, "late", { ref: false })]);
  if (first !== "listening") throw new Error(`The app did not start (${first}):\n${output()}`);
}

async function ready(url: string, output: () => string): Promise<void> {
  let answer = "";
  for (const started = Date.now(); Date.now() - started < 30_000; await sleep(100)) {
    const response = await fetch(`${url}/api/ready`);
    if (response.status === 200) return;
    answer = await response.text();
  }
  throw new Error(`The app is not ready: ${answer}\n${output()}`);
}
