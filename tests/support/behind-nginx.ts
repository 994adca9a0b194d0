import { setTimeout as sleep } from "node:timers/promises";
import { newDatabase } from "./new-database";
import { type Nginx, prepareNginx } from "./nginx";
import { fetchTrusting } from "./fetch-trusting";
import { startApp, type TestApp } from "./start-app";
import { atEnd } from "./stop-everything";
import { makeTemporaryFolder } from "./temporary-folder";
import { startTestRedis } from "./test-redis";

export type Instance = 0 | 1;

/** A page that was just loaded asks for more: its stream, what its links lead to. */
const QUIET_MS = 400;

/** The shape of production: TLS at nginx, two instances behind it that share PostgreSQL, Redis and pictures. */
export type Production = {
  readonly nginx: Nginx;
  /** SIGTERM, its end, and a new one in its place that is ready. */
  restart(which: Instance): Promise<void>;
  /** The next request meets this one: nginx asks them in turn. Holds while nothing else asks, which is waited for. */
  nextMeets(which: Instance): Promise<void>;
  /** Which instances have answered requests whose method, path and status fit, the first one first. A stream counts when it is over. */
  metBy(line: RegExp): Instance[];
  /** Fails if another than this one answered the last such request; twice in all a request of the page's own may have taken its turn. */
  lastMet(line: RegExp, which: Instance): Promise<void>;
  /** The instances' processes. */
  pids(): number[];
  /** What all instances so far have written. */
  output(): string;
  /** Lines of it that are no log lines: stack traces. */
  strayLines(): string[];
};

/** `env`: may have to know where nginx will be. */
export async function startProduction(given: Record<string, string> | ((nginx: Nginx) => Promise<Record<string, string>>) = {}): Promise<Production> {
  const nginx = await prepareNginx();
  const env = typeof given === "function" ? await given(nginx) : given;
  const { folder, remove } = await makeTemporaryFolder();
  atEnd(remove);
  const settings = { DATA_DIR: folder, DATABASE_URL: env.DATABASE_URL ?? (await newDatabase()), REDIS_URL: (await startTestRedis()).url, APP_URL: nginx.url, TRUSTED_PROXY_HOPS: "1", ...env };
  const start = (which: 0 | 1) => startApp({ env: settings, port: nginx.instances[which] });
  const running: [TestApp, TestApp] = [await start(0), await start(1)];
  const started: TestApp[] = [...running];
  await nginx.start();
  const output = () => started.map((app) => app.output()).join("");
  const trusting = fetchTrusting(nginx.certificate);
  const lines = () => nginx.requests().map(({ method, path, status, upstream }) => ({ line: `${method} ${path} ${status}`, met: nginx.instances.findIndex((port) => upstream.endsWith(`:${port}`)) as Instance }));
  const metBy = (fits: RegExp) => lines().filter(({ line }) => fits.test(line)).map(({ met }) => met);
  let probes = 0;
  let turnsTaken = 0;

  async function quiet(): Promise<void> {
    for (let before = -1; before !== nginx.requests().length; await sleep(QUIET_MS)) before = nginx.requests().length;
  }

  /** Which instance that was. */
  async function probe(): Promise<Instance> {
    const path = `/api/health?probe=${++probes}`;
    await (await trusting(nginx.url + path)).text();
    for (;;) {
      // nginx writes the line after the answer.
      const [met] = metBy(new RegExp(`probe=${probes} `));
      if (met !== undefined) return met;
      await sleep(5);
    }
  }

  return {
    nginx,
    output,
    strayLines: () => output().split("\n").filter((line) => line !== "" && !line.startsWith("{") && !line.startsWith("✓ Running next.config")),
    metBy,
    async lastMet(line, which) {
      for (const started = Date.now(); metBy(line).at(-1) !== which; await sleep(50)) {
        if (Date.now() - started < 5_000) continue;
        turnsTaken += 1;
        if (metBy(line).length === 0 || turnsTaken > 2) throw new Error(`${String(line)} met ${metBy(line).join() || "none"} and not ${which} at last`);
        return;
      }
    },
    async nextMeets(which) {
      await quiet();
      while ((await probe()) === which);
    },
    pids: () => running.map(({ pid }) => pid),
    async restart(which) {
      const code = await running[which].end("SIGTERM");
      if (code !== 0) throw new Error(`ended with ${code}:\n${running[which].output()}`);
      running[which] = await start(which);
      started.push(running[which]);
    },
  };
}
