import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "redis";
import { type RedisServer, startRedis } from "@/scripts/servers/redis";
import { atEnd } from "./stop-everything";
import { makeTemporaryFolder } from "./temporary-folder";

/** A real Redis of a test's own. */
export type TestRedis = {
  readonly url: string;
  readonly port: number;
  /** One command over a connection of its own, as `command("FLUSHALL")`. */
  command(...words: string[]): Promise<unknown>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Starts again on the same port: empty, or from a snapshot. */
  start(snapshot?: string | null): Promise<void>;
  /** Writes what it holds now into a file and returns its path. */
  snapshot(): Promise<string>;
  /** SIGSTOP: it accepts connections (the kernel does) and never answers. */
  freeze(): void;
  thaw(): void;
};

export async function startTestRedis(settings: readonly string[] = []): Promise<TestRedis> {
  const { folder, remove } = await makeTemporaryFolder();
  const data = join(folder, "redis");
  const options = { folder: data, password: "test", settings: ['save ""', "appendonly no", ...settings] };
  let server: RedisServer = await startRedis(options);
  if (server.program === null) throw new Error("These tests need redis-server or valkey-server 6.2 or newer in the PATH.");
  const { port, url } = server;
  let snapshots = 0;
  atEnd(async () => {
    await server.stop();
    await remove();
  });

  function signal(name: NodeJS.Signals) {
    const pid = server.pid();
    if (pid !== null) process.kill(pid, name);
  }
  async function command(...words: string[]): Promise<unknown> {
    const client = createClient({ url, RESP: 2 });
    client.on("error", () => {});
    await client.connect();
    try {
      return await client.sendCommand(words);
    } finally {
      await client.close();
    }
  }
  return {
    url,
    port,
    command,
    async kill() {
      signal("SIGKILL");
      await server.exited;
    },
    async start(snapshot = null) {
      rmSync(join(data, "dump.rdb"), { force: true });
      if (snapshot !== null) copyFileSync(snapshot, join(data, "dump.rdb"));
      server = await startRedis({ ...options, port });
    },
    async snapshot() {
      await command("SAVE");
      const copy = join(folder, `snapshot-${++snapshots}.rdb`);
      copyFileSync(join(data, "dump.rdb"), copy);
      return copy;
    },
    freeze: () => signal("SIGSTOP"),
    thaw: () => signal("SIGCONT"),
  };
}
