import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { SERVE, SERVE_ENVIRONMENT } from "../serve/command";
import { Trouble } from "../trouble";
import { remember } from "./stack";

/** A little more than the app takes to drain (10 s) and close. */
const PATIENCE_MS = 14_000;

export type App = { readonly exited: Promise<number | null> };

/** Starts the app's server and waits until it is ready. It ends when we do: over the channel, even if we are killed. */
export async function startApp(env: NodeJS.ProcessEnv, args: readonly string[]): Promise<App> {
  const child = spawn(process.execPath, [...SERVE, ...args], { env: { ...env, ...SERVE_ENVIRONMENT }, stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const exited = new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("exit", resolve);
  });
  remember(async () => {
    // Without the grace that balancers need.
    child.kill("SIGINT");
    const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
    await exited;
    clearTimeout(timer);
  });
  await untilReady(`http://127.0.0.1:${env.PORT}/api/ready`, exited);
  return { exited };
}

async function untilReady(url: string, exited: Promise<number | null>): Promise<void> {
  let ended = false;
  let answer = "nothing";
  void exited.then(() => (ended = true));
  for (const started = Date.now(); Date.now() - started < 90_000; await sleep(100)) {
    if (ended) throw new Trouble("The app ended before it was ready: the lines above say why.");
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
      if (response.status === 200) return;
      answer = await response.text();
    } catch {
      // Not listening yet.
    }
  }
  throw new Trouble(`The app is not ready after 90 s; /api/ready answers ${answer}.`);
}
