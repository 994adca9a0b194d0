import type { Context } from "@/lib/core/context";
import type { Connection, Master, RedisClient } from "@/lib/platform/redis/redis";
import { type Mark, marksOf, moveWatermark } from "../store/watermark";
import { forgetAcknowledged } from "./acknowledged-ends";
import { MARGIN_MS, readHorizon, recall, rememberLoss, rememberWatermarks } from "./redis-memory";
import { replayEnds } from "./replay-ends";
import { replayRevoked } from "./revoked-tokens";

/** Replay always covers this much, so that what another process could not acknowledge is finished soon. */
const RECENT_MS = 30_000;

/**
 * Puts into Redis what PostgreSQL ended and Redis may not know, then moves the watermark up and trusts
 * the connection (DESIGN 4). Run every 2 s, and on each new connection before anything is believed of it.
 * Rejects when either side does not answer; the connection is then not trusted.
 */
export async function replay(context: Context, connection: Connection): Promise<void> {
  while (!(await replayOnce(context, connection))) context.log.info("redis: replay starts again");
  // The last word was PostgreSQL's: a connection that was lost meanwhile is refused here, as it is in every other step.
  await context.redis.askOn(connection, async () => {
    connection.trusted = context.redis.connection === connection;
  });
}

/** False if what Redis held changed under the replay's hands. */
async function replayOnce(context: Context, connection: Connection): Promise<boolean> {
  const remembered = await recall(context);
  const { marks, lineage } = await context.redis.askOn(connection, inspect);
  const lost = marks.some(({ name, runId, watermark }) => {
    const known = remembered[name];
    return !known || watermark === null || watermark < known.watermark || runId !== known.runId;
  });
  forgetAcknowledged(connection, lost, lineage);
  if (lost) {
    connection.trusted = false;
    await rememberLoss(context, Object.fromEntries(marks.map(({ name, runId }) => [name, runId])));
    if (Object.keys(remembered).length > 0) context.log.warn("redis: it has lost something; replaying what ended");
  }
  const horizon = await readHorizon(context);
  const standing = marks.flatMap(({ watermark }) => (watermark === null ? [] : [watermark]));
  const from = standing.length < marks.length ? null : Math.min(context.clock.now() - RECENT_MS, Math.min(...standing) - MARGIN_MS);
  await replayEnds(context, connection, from, lost);
  await replayRevoked(context, connection, from);
  const reached = Math.max(horizon, ...standing, ...marks.map(({ name }) => remembered[name]?.watermark ?? 0));
  const moves = await context.redis.askOn(connection, (client) => Promise.all(marks.map((mark) => moveWatermark(client, mark, mark.watermark, reached))));
  if (moves.includes("lost")) return false;
  // Not when another's replay moved it: what PostgreSQL remembers must stand in Redis, or it looks like a loss.
  await rememberWatermarks(context, marks.filter((_, index) => moves[index] === "moved").map(({ name }) => name), reached);
  return true;
}

type Found = Mark & { runId: string | null; watermark: number | null };

/**
 * Each watermark and the `run_id` of the master that holds it, and the lineage of what they hold. Refuses a replica: its writes would be lost.
 * A Redis that tells no role or run_id (js-redis-server) is taken as it is.
 */
async function inspect(client: RedisClient, connection: Connection): Promise<{ marks: Found[]; lineage: string }> {
  const servers = await Promise.all(connection.masters.map(serverOf));
  const runIds = new Map(connection.masters.map((master, index) => [master, servers[index]?.runId ?? null]));
  const marks = marksOf(connection);
  const watermarks = await Promise.all(marks.map(({ key }) => client.get(key)));
  const holders = new Set(marks.map(({ key }) => connection.masterOf(key)));
  if (holders.size < connection.masters.length) throw new Error("a master of this cluster holds too few slots to have a watermark");
  const found = marks.map((mark, index) => {
    const watermark = watermarks[index] ?? null;
    return { ...mark, runId: runIds.get(connection.masterOf(mark.key)) ?? null, watermark: watermark === null ? null : Number(watermark) };
  });
  return { marks: found, lineage: JSON.stringify(servers) };
}

/** `replId` changes when a server takes over another's data and becomes a master again, though it was never restarted. */
async function serverOf(master: Master): Promise<{ runId: string | null; replId: string | null }> {
  const [replication, server] = await Promise.all([master.info("replication").catch(() => ""), master.info("server").catch(() => "")]);
  const role = /^role:(\w+)/m.exec(replication)?.[1] ?? "master";
  if (role !== "master") throw new Error(`this Redis is a ${role}`);
  return { runId: /^run_id:(\w+)/m.exec(server)?.[1] ?? null, replId: /^master_replid:(\w+)/m.exec(replication)?.[1] ?? null };
}
