import { eq, type SQL, sql } from "drizzle-orm";
import { redisMemory } from "@/db/schema";
import type { Context } from "@/lib/core/context";

/** By how much replay reaches back behind the watermark: longer than any statement or transaction may last. */
export const MARGIN_MS = 15_000;

/** What PostgreSQL remembers of each watermark, by its name, and of the master that holds it. `watermark`: milliseconds. */
export type Memory = Record<string, { runId: string | null; watermark: number }>;

export async function recall(context: Context): Promise<Memory> {
  const [row] = await context.db.select({ nodes: redisMemory.nodes }).from(redisMemory).where(eq(redisMemory.id, 1));
  return row?.nodes ?? {};
}

/** All that was ended before this time has its tombstone in a Redis that is trusted. Everything counts while nothing is remembered. */
export function replayedUntil(): SQL {
  return sql`coalesce((
    select to_timestamp(min((node.value ->> 'watermark')::bigint) / 1000.0) - make_interval(secs => ${MARGIN_MS / 1000})
    from ${redisMemory}, jsonb_each(${redisMemory.nodes}) as node
  ), '-infinity')`;
}

/**
 * Remembers, in one statement, that Redis has lost something and under which `run_id` each watermark's master runs
 * now: a crash between the two would forget the loss or find it for ever. No watermark is lowered, so a replay that
 * breaks off here finds the loss again. What is no longer connected (a cluster in place of one Redis) is forgotten.
 */
export async function rememberLoss(context: Context, runIds: Record<string, string | null>): Promise<void> {
  const fresh = JSON.stringify(runIds);
  await context.db.execute(sql`
    insert into ${redisMemory} as memory (id, nodes, lost_at)
    select 1, jsonb_object_agg(key, jsonb_build_object('runId', value, 'watermark', 0)), clock_timestamp() from jsonb_each(${fresh}::jsonb)
    on conflict (id) do update set
      nodes = (
        select jsonb_object_agg(key, jsonb_build_object('runId', value, 'watermark', coalesce((memory.nodes -> key ->> 'watermark')::bigint, 0)))
        from jsonb_each(${fresh}::jsonb)
      ),
      lost_at = clock_timestamp()`);
}

/** Remembers how far these watermarks have come; none is lowered. */
export async function rememberWatermarks(context: Context, names: readonly string[], watermark: number): Promise<void> {
  if (names.length === 0) return;
  await context.db.execute(sql`
    update ${redisMemory} as memory
    set nodes = nodes || (
      select jsonb_object_agg(name, jsonb_set(nodes -> name, '{watermark}', to_jsonb(greatest((nodes -> name ->> 'watermark')::bigint, ${watermark}::bigint))))
      from jsonb_array_elements_text(${JSON.stringify(names)}::jsonb) as name
    )
    where id = 1`);
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
