import { and, asc, gt, isNotNull, type SQL, sql } from "drizzle-orm";
import { databaseNow, sessions } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import type { Connection } from "@/lib/platform/redis/redis";
import { putTombstones } from "../store/put-tombstones";
import { endedColumns, isMarked } from "./mark-ended";
import { settleEnds } from "./settle-ends";

const BATCH = 200;
/** So many ends are looked through in one statement, of which none may matter: it takes milliseconds, whatever their number. */
const SLICE = 10_000;

/** An end's place in the order in which ends were written down. */
type Place = { recordedAt: Date; id: string };

/**
 * Puts a tombstone for each end that was written down after `from` (milliseconds of PostgreSQL's clock); without it for
 * each that can still matter, for a record lives at most one ttl after its last use. Rejects when either side does not
 * answer.
 */
export async function replayEnds(context: Context, connection: Connection, from: number | null, afterLoss: boolean): Promise<void> {
  if (from !== null) return putAll(context, connection, gt(sessions.endRecordedAt, new Date(from)), null, afterLoss);
  const matters = sql`${sessions.endedAt} + make_interval(secs => ${sessions.ttlSeconds}) > ${databaseNow} - interval '15 seconds'`;
  let after: Place | null = null;
  do {
    const last: Place | null = await sliceAfter(context, after);
    await putAll(context, connection, and(matters, last ? sql`${place} <= ${valuesOf(last)}` : undefined), after, afterLoss);
    after = last;
  } while (after);
}

/** The last of the next slice's ends, or null: what is left is less than a slice. */
async function sliceAfter(context: Context, after: Place | null): Promise<Place | null> {
  const [last] = await context.db
    .select({ recordedAt: sessions.endRecordedAt, id: sessions.id })
    .from(sessions)
    .where(and(isNotNull(sessions.endRecordedAt), following(after)))
    .orderBy(asc(sessions.endRecordedAt), asc(sessions.id))
    .offset(SLICE - 1)
    .limit(1);
  return last?.recordedAt ? { recordedAt: last.recordedAt, id: last.id } : null;
}

async function putAll(context: Context, connection: Connection, which: SQL | undefined, after: Place | null, afterLoss: boolean): Promise<void> {
  for (let last = after; ; ) {
    const rows: { recordedAt: Date | null; row: Parameters<typeof isMarked>[0] }[] = await context.db
      .select({ recordedAt: sessions.endRecordedAt, row: endedColumns })
      .from(sessions)
      .where(and(isNotNull(sessions.endRecordedAt), which, following(last)))
      .orderBy(asc(sessions.endRecordedAt), asc(sessions.id))
      .limit(BATCH);
    const ended = rows.map(({ row }) => row).filter(isMarked);
    if (ended.length > 0) {
      const { tombstones, remembers } = await context.redis.askOn(connection, (client) => putTombstones(client, connection, ended));
      await settleEnds(context, ended, tombstones, afterLoss || !remembers);
    }
    const end = rows.at(-1);
    if (rows.length < BATCH || !end?.recordedAt) return;
    last = { recordedAt: end.recordedAt, id: end.row.id };
  }
}

const place = sql`(${sessions.endRecordedAt}, ${sessions.id})`;

function following(after: Place | null): SQL | undefined {
  return after ? sql`${place} > ${valuesOf(after)}` : undefined;
}

function valuesOf({ recordedAt, id }: Place): SQL {
  return sql`(${recordedAt.toISOString()}::timestamptz, ${id}::uuid)`;
}
