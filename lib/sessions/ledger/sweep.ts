import { and, asc, isNull, lte, sql } from "drizzle-orm";
import { sessions, statementTime } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { SWEEPER_LOCK } from "@/lib/core/locks";
import { remainingLife } from "../store/remaining-life";
import { readClock } from "./clock";
import { dropPastTokens } from "./drop-past-tokens";
import { type Foreseen, expireGone, timesOf } from "./expire-gone";
import { effectiveExpiry } from "./expiry";
import { finishEnds } from "./finish-ends";
import type { MarkedSession } from "./mark-ended";

const BATCH = 1_000;

export type Swept = { checked: number; expired: number };

/**
 * Keeps the ledger exact: reads the last use of every session that is due from Redis, and ends what
 * has expired (DESIGN 4). Never lowers a last use; touches nothing without a trusted Redis (rejects with RedisDown).
 */
export async function sweep(context: Context): Promise<Swept> {
  const total = { checked: 0, expired: 0 };
  for (;;) {
    const batch = await sweepBatch(context);
    if (batch === null) return total;
    total.checked += batch.checked;
    total.expired += batch.ended.length;
    await finishEnds(context, batch.ended);
    if (batch.checked === BATCH) continue;
    await dropPastTokens(context);
    return total;
  }
}

/** Null while another process sweeps. */
async function sweepBatch(context: Context): Promise<{ checked: number; ended: MarkedSession[] } | null> {
  return context.db.transaction(async (db) => {
    const [lock] = await db.execute<{ mine: boolean }>(sql`select pg_try_advisory_xact_lock(${SWEEPER_LOCK}) as mine`);
    if (!lock?.mine) return null;
    const rows = await db
      .select()
      .from(sessions)
      .where(and(isNull(sessions.endedAt), lte(sessions.checkDueAt, statementTime)))
      .orderBy(asc(sessions.checkDueAt), asc(sessions.id))
      .limit(BATCH)
      .for("no key update", { skipLocked: true });
    if (rows.length === 0) return { checked: 0, ended: [] };
    // Read after the locks and before the PTTLs, so that no use can seem later than it was.
    const { now, lostAt } = await readClock({ ...context, db });
    const lives = await context.redis.ask((client, connection) => remainingLife(client, connection, rows));

    const seen: Seen[] = [];
    const gone: Foreseen[] = [];
    const waiting: Foreseen[] = [];
    rows.forEach((row, index) => {
      const life = lives[index] ?? null;
      const foreseen = effectiveExpiry(row, lostAt);
      const over = row.absoluteExpiresAt <= now;
      if (life !== null) {
        const lastUse = new Date(now.getTime() + Math.min(life, row.ttlSeconds * 1000) - row.ttlSeconds * 1000);
        seen.push({ id: row.id, lastUse });
        if (over) gone.push({ id: row.id, at: row.absoluteExpiresAt });
      } else if (over || foreseen <= now) gone.push({ id: row.id, at: foreseen });
      else waiting.push({ id: row.id, at: foreseen });
    });
    await noteSeen({ ...context, db }, seen, now, lostAt);
    await waitFor({ ...context, db }, waiting);
    const ended = await expireGone({ ...context, db }, gone, lostAt);
    return { checked: rows.length, ended };
  });
}

type Seen = { id: string; lastUse: Date };

/**
 * A bound is cleared only by a use that Redis tells of and that is later than any use PostgreSQL noted
 * itself. What an old snapshot tells of the time before it was loaded is a bound.
 */
async function noteSeen({ db }: Context, seen: readonly Seen[], now: Date, lostAt: Date | null): Promise<void> {
  if (seen.length === 0) return;
  const checked = sql`${now.toISOString()}::timestamptz`;
  const projection = sql`greatest(s.expires_at, known.last_use + make_interval(secs => s.ttl_seconds))`;
  await db.execute(sql`
    update ${sessions} as s
    set last_seen_at = greatest(s.last_seen_at, least(known.last_use, s.absolute_expires_at)),
        last_seen_is_bound = (s.last_seen_is_bound and known.last_use <= s.expires_at - make_interval(secs => s.ttl_seconds))
          or coalesce(known.last_use <= ${lostAt?.toISOString() ?? null}::timestamptz, false),
        expires_at = ${projection},
        checked_at = ${checked},
        check_due_at = least(${checked} + make_interval(secs => s.ttl_seconds / 2.0), ${projection}, s.absolute_expires_at)
    from (values ${timesOf(seen.map(({ id, lastUse }) => ({ id, at: lastUse })))}) as known (id, last_use)
    where s.id = known.id and s.ended_at is null`);
}

/** Gone from Redis while the projection is still ahead: the next use admits it; it is looked at again when that has passed. */
async function waitFor({ db }: Context, waiting: readonly Foreseen[]): Promise<void> {
  if (waiting.length === 0) return;
  await db.execute(sql`
    update ${sessions} as s set check_due_at = known.at
    from (values ${timesOf(waiting)}) as known (id, at)
    where s.id = known.id and s.ended_at is null`);
}
