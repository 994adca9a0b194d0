import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SERVE, SERVE_ENVIRONMENT } from "@/scripts/serve/command";
import { freePort } from "@/scripts/servers/free-port";
import { startPostgres } from "@/scripts/servers/postgres";
import { query } from "@/scripts/servers/query";
import { findProgram, startRedis } from "@/scripts/servers/redis";
import { migrateDatabase } from "@/scripts/steps/migrate-database";
import { Trouble } from "@/scripts/trouble";
import { atEnd } from "@/tests/support/stop-everything";
import { makeTemporaryFolder } from "@/tests/support/temporary-folder";
import { testSettings } from "@/tests/support/test-settings";

export type Servers = {
  databaseUrl: string;
  redisUrl: string;
  /** What PostgreSQL wrote so far; with `logStatements` on, every statement is in it. */
  postgresLog(): string;
  folder: string;
};

/** A PostgreSQL and a Redis of the benchmark's own, with an empty, migrated database. */
export async function startServers(): Promise<Servers> {
  if (findProgram() === null) throw new Trouble("The benchmark needs redis-server or valkey-server 6.2 or newer in the PATH (on Debian: apt-get install redis-server).");
  const { folder, remove } = await makeTemporaryFolder();
  atEnd(remove);
  const postgres = await startPostgres({ folder: join(folder, "postgres"), password: "bench", settings: ["max_connections=200"] });
  atEnd(() => postgres.stop());
  const redis = await startRedis({ folder: join(folder, "redis"), password: "bench", settings: ['save ""', "appendonly no"] });
  atEnd(() => redis.stop());
  await query(postgres.url(), "create database latchkey");
  const databaseUrl = postgres.url("latchkey");
  await migrateDatabase(databaseUrl);
  return { databaseUrl, redisUrl: redis.url, folder, postgresLog: () => readFileSync(join(folder, "postgres.log"), "utf8") };
}

export type RunningApp = { port: number; origin: string; stop(): Promise<void> };

/** The built copy behind its real front server, as an operator starts it. */
export async function startCopy(copy: string, { databaseUrl, redisUrl, folder }: Servers, settings: Record<string, string> = {}): Promise<RunningApp> {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const child = spawn(process.execPath, [...SERVE, "--host", "127.0.0.1"], {
    cwd: copy,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    env: {
      PATH: process.env.PATH,
      NODE_OPTIONS: process.env.NODE_OPTIONS,
      ...SERVE_ENVIRONMENT,
      NODE_ENV: "production",
      ...testSettings,
      BUILD_FOLDER: ".next",
      APP_URL: origin,
      PORT: String(port),
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl,
      DATA_DIR: join(folder, "data"),
      LOG_LEVEL: "error",
      ...settings,
    },
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  async function stop(): Promise<void> {
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
    await exited;
    clearTimeout(timer);
  }
  atEnd(stop);
  await untilReady(origin, "/api/ready", () => child.exitCode !== null);
  return { port, origin, stop };
}

/** Waits until `path` answers 200, for half a minute and while it has not ended. */
export async function untilReady(origin: string, path: string, hasEnded: () => boolean): Promise<void> {
  for (const started = Date.now(); Date.now() - started < 30_000 && !hasEnded(); await sleep(100)) {
    const response = await fetch(`${origin}${path}`).catch(() => null);
    if (response?.status === 200) return;
  }
  throw new Trouble(`What is measured does not start at ${origin}.`);
}
