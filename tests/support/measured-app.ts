import { pathToFileURL } from "node:url";
import { expect } from "vitest";
import { type AppOptions, startApp, type TestApp } from "./start-app";

/** `timers` that are waiting, `heap` in bytes after the garbage is collected. */
export type Held = { timers: number; heap: number };

/** An app that says what it holds. */
export async function startMeasuredApp(options: AppOptions): Promise<TestApp & { held(): Promise<Held> }> {
  const measuring = `--import ${pathToFileURL("tests/support/measured-process.mjs").href}`;
  const app = await startApp({ ...options, env: { NODE_OPTIONS: measuring, ...options.env } });
  return {
    ...app,
    async held() {
      const said = () => app.output().match(/^measured .*$/gm) ?? [];
      const before = said().length;
      process.kill(app.pid, "SIGUSR2");
      await expect.poll(() => said().length, { timeout: 10_000 }).toBeGreaterThan(before);
      return JSON.parse((said().at(-1) ?? "").replace("measured ", "")) as Held;
    },
  };
}
