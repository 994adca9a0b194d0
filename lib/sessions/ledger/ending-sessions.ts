import { and, asc, eq, gt, isNull, lte, sql } from "drizzle-orm";
import { databaseNow, redisMemory, sessions, statementTime, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { wantsReminders } from "@/lib/users/wants-reminders";
import { REMINDED_BEFORE_DAYS, SHORT_LIFE_DAYS } from "../schema";

/** Where the next batch goes on. */
export type EndingAfter = { absoluteExpiresAt: Date; id: string };

/**
 * Open sessions of which nobody was told yet that they end for good soon, the first to end first, a batch a call: read
 * from an index that holds only those. Whether they are in use Redis knows; the ledger may be half an idle time behind.
 */
export function endingSessions({ db }: Context, batch: number, after: EndingAfter | null) {
  const place = sql`(${sessions.absoluteExpiresAt}, ${sessions.id})`;
  return db
    .select({
      id: sessions.id,
      userId: sessions.userId,
      createdAt: sessions.createdAt,
      lastSeenAt: sessions.lastSeenAt,
      expiresAt: sessions.expiresAt,
      absoluteExpiresAt: sessions.absoluteExpiresAt,
      ttlSeconds: sessions.ttlSeconds,
      now: databaseNow,
      lostAt: redisMemory.lostAt,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .leftJoin(redisMemory, sql`true`)
    .where(
      and(
        isNull(sessions.endedAt),
        isNull(sessions.remindedAt),
        gt(sessions.absoluteExpiresAt, statementTime),
        lte(sessions.absoluteExpiresAt, sql`${statementTime} + make_interval(days => ${REMINDED_BEFORE_DAYS})`),
        gt(sessions.absoluteExpiresAt, sql`${sessions.createdAt} + make_interval(days => ${SHORT_LIFE_DAYS})`),
        after === null ? undefined : gt(place, sql`(${after.absoluteExpiresAt.toISOString()}::timestamptz, ${after.id}::uuid)`),
        wantsReminders,
      ),
    )
    .orderBy(asc(sessions.absoluteExpiresAt), asc(sessions.id))
    .limit(batch);
}
