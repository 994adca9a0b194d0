import { eq, type SQL, sql } from "drizzle-orm";
import { redisMemory } from "@/db/schema";
import type { Context } from "@/lib/core/context";

/** The one node: a Redis that is no cluster. */
export const NODE = "0";
/** By how much replay reaches back behind the watermark: longer than any statement or transaction may last. */
export const MARGIN_MS = 15_000;

/** What PostgreSQL remembers of one Redis node. `watermark`: milliseconds. */
export type NodeMemory = { runId: string | null; watermark: number };

/** Null while nothing is remembered. */
export async function recallNode(context: Context, node: string): Promise<NodeMemory | null> {
  const [row] = await context.db.select({ nodes: redisMemory.nodes }).from(redisMemory).where(eq(redisMemory.id, 1));
  return row?.nodes[node] ?? null;
}

/** All that was ended before this time has its tombstone in a Redis that is trusted. Everything counts while nothing is remembered. */
export function replayedUntil(): SQL {
  return sql`coalesce((
    select to_timestamp((${redisMemory.nodes} -> ${NODE} ->> 'watermark')::bigint / 1000.0) - make_interval(secs => ${MARGIN_MS / 1000}) from ${redisMemory}
  ), '-infinity')`;
}

/**
 * Remembers, in one statement, that Redis has lost something and under which `run_id` it runs now:
 * a crash between the two would forget the loss or find it for ever. The watermark is never lowered,
 * so a replay that breaks off here finds the loss again.
 */
export async function rememberLoss(context: Context, node: string, runId: string | null): Promise<void> {
  const fresh = JSON.stringify({ [node]: { runId, watermark: 0 } });
  await context.db.execute(sql`
    insert into ${redisMemory} as memory (id, nodes, lost_at) values (1, ${fresh}::jsonb, clock_timestamp())
    on conflict (id) do update set
      nodes = jsonb_set(${fresh}::jsonb || memory.nodes, array[${node}, 'runId'], ${JSON.stringify(runId)}::jsonb),
      lost_at = clock_timestamp()`);
}

/** Remembers how far the watermark has come; never lower. */
export async function rememberWatermark(context: Context, node: string, watermark: number): Promise<void> {
  await context.db.execute(sql`
    update ${redisMemory} as memory
    set nodes = jsonb_set(nodes, array[${node}, 'watermark'], to_jsonb(${watermark}::bigint))
    where id = 1 and (nodes -> ${node} ->> 'watermark')::bigint < ${watermark}::bigint`);
}

/**
 * The time up to which every end is visible: the lesser of now and the start of the oldest open
 * transaction of this database, milliseconds. A statement of its own, before the ends are read.
 */
export async function readHorizon(context: Context): Promise<number> {
  const [row] = await context.db.execute<{ horizon: string }>(sql`
    select floor(extract(epoch from least(clock_timestamp(), min(xact_start))) * 1000)::text as horizon
    from pg_stat_activity
    where datname = current_database() and backend_type = 'client backend'`);
  return Number(row?.horizon);
}
