import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "redis";
import { query } from "@/scripts/servers/query";
import type { Servers } from "./bench-servers";

/** What one request costs elsewhere. A Redis trip is one read of its socket, however many commands came with it. */
export type Trips = { sql: number; redisTrips: number; redisCommands: number };

/**
 * Counts what the servers themselves saw while `work` made `count` requests one after another, less what they see
 * in the same time when nobody asks anything (replay, sweeper), to the next whole number: the two times differ a little.
 */
export async function countTrips(servers: Servers, count: number, work: () => Promise<void>): Promise<Trips> {
  await query(servers.databaseUrl, "alter system set log_statement = 'all'");
  await query(servers.databaseUrl, "select pg_reload_conf()");
  await sleep(200);
  const redis = createClient({ url: servers.redisUrl });
  await redis.connect();
  try {
    async function look(): Promise<number[]> {
      const info = await redis.info("stats");
      const number = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, "m").exec(info)?.[1]);
      const statements = servers.postgresLog().match(/LOG: {2}(statement|execute [^:]*): /g)?.length ?? 0;
      return [statements, number("total_reads_processed"), number("total_commands_processed")];
    }
    const started = performance.now();
    const before = await look();
    await work();
    const after = await look();
    await sleep(performance.now() - started);
    const idle = await look();
    const [sql = 0, redisTrips = 0, redisCommands = 0] = after.map((value, index) => Math.max(0, Math.round((2 * value - (before[index] ?? 0) - (idle[index] ?? 0)) / count)));
    return { sql, redisTrips, redisCommands };
  } finally {
    await redis.close();
    await query(servers.databaseUrl, "alter system reset log_statement");
    await query(servers.databaseUrl, "select pg_reload_conf()");
  }
}
