import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type PostgresServer, startPostgres } from "@/scripts/servers/postgres";
import { migrateDatabase } from "@/scripts/steps/migrate-database";
import { query } from "@/scripts/servers/query";
import { atEnd } from "./stop-everything";
import { makeTemporaryFolder } from "./temporary-folder";

/** A PostgreSQL of a test's own, to be killed, frozen and started again on the same port and data. */
export type TestPostgres = {
  /** Of a migrated database. */
  readonly url: string;
  /** SIGKILL: whatever was not committed is gone. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** SIGSTOP for the server and everything that serves a connection. */
  freeze(): void;
  thaw(): void;
};

export async function startTestPostgres(): Promise<TestPostgres> {
  const { folder, remove } = await makeTemporaryFolder();
  const options = { folder: join(folder, "postgres"), password: "test", settings: ["fsync=off", "max_connections=200"] };
  let server: PostgresServer = await startPostgres(options);
  const { port } = server;
  atEnd(async () => {
    signal("SIGCONT");
    await server.stop();
    await remove();
  });
  await query(server.url(), "create database latchkey");
  await migrateDatabase(server.url("latchkey"));

  function signal(name: NodeJS.Signals) {
    const pid = server.pid();
    if (pid === null) return;
    for (const one of [pid, ...childrenOf(pid)]) {
      try {
        process.kill(one, name);
      } catch {
        // That connection has just ended.
      }
    }
  }
  return {
    url: server.url("latchkey"),
    async kill() {
      signal("SIGKILL");
      await server.exited;
    },
    async start() {
      server = await startPostgres({ ...options, port });
    },
    freeze: () => signal("SIGSTOP"),
    thaw: () => signal("SIGCONT"),
  };
}

/** None once it has ended. */
function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
