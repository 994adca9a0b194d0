import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "redis";
import { Trouble } from "../trouble";
import { freePort } from "./free-port";
import { startGuarded } from "./guarded-process";
import { pidIn, stopStale } from "./stop-stale";

export type RedisServer = {
  readonly port: number;
  readonly url: string;
  /** Its program; null for the JavaScript one that comes with Latchkey, which keeps its data in memory only. */
  readonly program: string | null;
  pid(): number | null;
  readonly exited: Promise<number | null>;
  stop(): Promise<void>;
};

export type RedisOptions = {
  /** Where its data, settings and log are. Made when absent. */
  folder: string;
  password: string;
  port?: number;
  /** Further lines of redis.conf. */
  settings?: readonly string[];
};

/** Starts the Redis or Valkey of this machine on a port of the loopback, else the JavaScript one. */
export async function startRedis({ folder, password, port, settings = [] }: RedisOptions): Promise<RedisServer> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pidFile = join(folder, "redis.pid");
  await stopStale(pidFile, /redis|valkey/, "SIGTERM");
  const program = findProgram();

  for (let attempt = 1; ; attempt++) {
    const chosen = port ?? (await freePort());
    const log = join(folder, "redis.log");
    const server = startGuarded({
      ...(program ? { command: program, args: [writeSettings(folder, chosen, password, settings)] } : javascriptRedis(chosen, password)),
      log,
      pidFile,
      stopSignal: "TERM",
      cwd: folder,
    });
    const url = `redis://:${encodeURIComponent(password)}@127.0.0.1:${chosen}`;
    if (await answers(url, server.exited)) {
      return { port: chosen, url, program, pid: () => pidIn(pidFile), exited: server.exited, stop: server.stop };
    }
    await server.stop();
    if (attempt === 3) throw new Trouble(`Redis does not start: ${readFileSync(log, "utf8").trim().split("\n").at(-1) ?? ""} (all of it: ${log})`);
  }
}

/** redis-server or valkey-server from the PATH, if it knows GETEX (6.2). */
export function findProgram(): string | null {
  return (
    ["redis-server", "valkey-server"].find((name) => {
      const version = /v=(\d+)\.(\d+)/.exec(spawnSync(name, ["--version"], { encoding: "utf8" }).stdout ?? "");
      return version !== null && Number(version[1]) * 100 + Number(version[2]) >= 602;
    }) ?? null
  );
}

/** In a file that only we can read: a password among the arguments would show in everybody's process list. */
function writeSettings(folder: string, port: number, password: string, settings: readonly string[]): string {
  const file = join(folder, "redis.conf");
  const lines = ["bind 127.0.0.1", `port ${port}`, `requirepass ${password}`, `dir ${JSON.stringify(folder)}`, "daemonize no", "maxmemory-policy noeviction", ...settings];
  writeFileSync(file, `${lines.join("\n")}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
  return file;
}

function javascriptRedis(port: number, password: string) {
  const env = { ...process.env, REDIS_PASSWORD: password };
  return { command: process.execPath, args: [join(process.cwd(), "scripts", "servers", "javascript-redis.mjs"), String(port)], env };
}

async function answers(url: string, exited: Promise<unknown>): Promise<boolean> {
  let ended = false;
  void exited.then(() => (ended = true));
  for (const started = Date.now(); Date.now() - started < 60_000 && !ended; await sleep(30)) {
    const client = createClient({ url, disableOfflineQueue: true, socket: { reconnectStrategy: false, connectTimeout: 1_000 } });
    client.on("error", () => {});
    try {
      await client.connect();
      await client.ping();
      return true;
    } catch {
      // Not yet: starting, or loading its data.
    } finally {
      setImmediate(() => client.isOpen && client.destroy());
    }
  }
  return false;
}
