import { newDatabase } from "./new-database";
import { type Nginx, prepareNginx } from "./nginx";
import { startApp, type TestApp } from "./start-app";
import { atEnd } from "./stop-everything";
import { makeTemporaryFolder } from "./temporary-folder";
import { startTestRedis } from "./test-redis";

/** The shape of production: TLS at nginx, two instances behind it that share PostgreSQL, Redis and pictures. */
export type Production = {
  readonly nginx: Nginx;
  /** SIGTERM, its end, and a new one in its place that is ready. */
  restart(which: 0 | 1): Promise<void>;
  /** What all instances so far have written. */
  output(): string;
};

export async function startProduction(env: Record<string, string> = {}): Promise<Production> {
  const nginx = await prepareNginx();
  const { folder, remove } = await makeTemporaryFolder();
  atEnd(remove);
  const settings = { DATA_DIR: folder, DATABASE_URL: env.DATABASE_URL ?? (await newDatabase()), REDIS_URL: (await startTestRedis()).url, APP_URL: nginx.url, TRUSTED_PROXY_HOPS: "1", PRELOAD_ROUTES: "yes", ...env };
  const start = (which: 0 | 1) => startApp({ env: settings, port: nginx.instances[which] });
  const running: [TestApp, TestApp] = [await start(0), await start(1)];
  const started: TestApp[] = [...running];
  await nginx.start();
  return {
    nginx,
    output: () => started.map((app) => app.output()).join(""),
    async restart(which) {
      const code = await running[which].end("SIGTERM");
      if (code !== 0) throw new Error(`ended with ${code}:\n${running[which].output()}`);
      running[which] = await start(which);
      started.push(running[which]);
    },
  };
}
