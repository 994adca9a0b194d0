import { and, asc, gt, isNotNull, not, or, type SQL, sql } from "drizzle-orm";
import { leftRecord, recordLivesUntil, sessions, statementTime } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import type { Connection } from "@/lib/platform/redis/redis";
import { putTombstones } from "../store/put-tombstones";
import { isAcknowledged, noteAcknowledged } from "./acknowledged-ends";
import { endedColumns, isMarked, type MarkedSession } from "./mark-ended";
import { settleEnds } from "./settle-ends";

/** How many ends are read at a time, and how many scripts go in one round trip: each trip must keep the deadline. */
const PAGE = 1_000;
const BATCH = 200;

/** The ends that a replay is about, in an order that an index has; `type`: how a place in it is written. */
type Selection = { which: SQL | undefined; order: SQL; type: "timestamptz" | "timestamp" };

/**
 * Puts a tombstone for each end that was written down after `from` (milliseconds of PostgreSQL's clock); without it for
 * each that can still matter, for a record lives at most one ttl after its last use. Passed over is what can have no record:
 * what this connection has acknowledged before, and what was found expired and gone; settled it must be in either
 * case. Rejects when either side does not answer.
 */
export async function replayEnds(context: Context, connection: Connection, from: number | null, afterLoss: boolean): Promise<void> {
  const selection = from === null ? stillMattering() : since(from);
  for await (const page of pagesOf(context, selection)) {
    const ended = page.filter(({ id, settled }) => !(settled && isAcknowledged(connection, id)));
    for (let start = 0; start < ended.length; start += BATCH) await put(context, connection, ended.slice(start, start + BATCH), afterLoss);
  }
}

function since(from: number): Selection {
  const which = and(gt(sessions.endRecordedAt, new Date(from)), or(leftRecord, not(sessions.endSettled)));
  return { which, order: sql`${sessions.endRecordedAt}`, type: "timestamptz" };
}

function stillMattering(): Selection {
  const which = and(leftRecord, sql`${recordLivesUntil} > (${statementTime} at time zone 'UTC') - interval '15 seconds'`);
  return { which, order: recordLivesUntil, type: "timestamp" };
}

async function* pagesOf(context: Context, { which, order, type }: Selection): AsyncGenerator<MarkedSession[]> {
  let after: SQL | undefined;
  for (;;) {
    const rows: { place: string; row: Parameters<typeof isMarked>[0] }[] = await context.db
      .select({ place: sql<string>`(${order})::text`, row: endedColumns })
      .from(sessions)
      .where(and(isNotNull(sessions.endRecordedAt), which, after))
      .orderBy(asc(order), asc(sessions.id))
      .limit(PAGE);
    yield rows.map(({ row }) => row).filter(isMarked);
    const last = rows.at(-1);
    if (rows.length < PAGE || !last) return;
    after = sql`(${order}, ${sessions.id}) > (${last.place}::${sql.raw(type)}, ${last.row.id}::uuid)`;
  }
}

async function put(context: Context, connection: Connection, ended: readonly MarkedSession[], afterLoss: boolean): Promise<void> {
  const { tombstones, remembers } = await context.redis.askOn(connection, (client) => putTombstones(client, connection, ended));
  if (remembers) noteAcknowledged(connection, ended);
  await settleEnds(context, ended, tombstones, afterLoss || !remembers);
}
