import { type SQL, sql } from "drizzle-orm";
import { redisMemory, sessions } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { recordEvents } from "@/lib/events/record-events";
import { endedColumns, isMarked, type MarkedSession } from "./mark-ended";

/** An open session, and when it ended or will end without further use. */
export type Foreseen = { id: string; at: Date };

/** The rows of a VALUES list. */
export function timesOf(entries: readonly Foreseen[]): SQL {
  return sql.join(
    entries.map(({ id, at }) => sql`(${id}::uuid, ${at.toISOString()}::timestamptz)`),
    sql`, `,
  );
}

/**
 * Ends what has expired and is gone from Redis, or is past its absolute end: inside the transaction that holds the locks of the rows.
 * The last use is exact if Redis was asked less than one ttl ago (a later use would still be there), else a bound. The conditions are
 * repeated here, the loss's too: what Redis lost meanwhile stays open. Returns the ones that it ended.
 */
export async function expireGone(tx: Context, gone: readonly Foreseen[], lostAt: Date | null): Promise<MarkedSession[]> {
  if (gone.length === 0) return [];
  const lost = sql`${lostAt?.toISOString() ?? null}::timestamptz`;
  const rows = await tx.db.execute<{ id: string }>(sql`
    update ${sessions} as s
    set ended_at = least(known.at, s.absolute_expires_at),
        end_reason = 'expired',
        end_recorded_at = clock_timestamp(),
        expires_at = greatest(s.expires_at, known.at),
        last_seen_is_bound = s.last_seen_is_bound
          or s.checked_at <= clock_timestamp() - make_interval(secs => s.ttl_seconds)
          or coalesce(${lost} >= s.checked_at, false)
    from (values ${timesOf(gone)}) as known (id, at)
    where s.id = known.id and s.ended_at is null
      and (select lost_at from ${redisMemory}) is not distinct from ${lost}
    returning s.id`);
  if (rows.length === 0) return [];
  const ids = sql.join(rows.map(({ id }) => sql`${id}::uuid`), sql`, `);
  const ended = (await tx.db.select(endedColumns).from(sessions).where(sql`${sessions.id} in (${ids})`)).filter(isMarked);
  await recordEvents(
    tx,
    ended.map((session) => ({
      userId: session.userId,
      type: "session.ended",
      actor: "system",
      at: session.endedAt,
      sessionId: session.id,
      deviceId: session.deviceId,
      detail: { reason: session.endReason },
    })),
  );
  return ended;
}
