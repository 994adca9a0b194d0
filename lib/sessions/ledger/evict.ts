import { and, asc, eq, isNull } from "drizzle-orm";
import { sessions } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { isRedisDown } from "@/lib/core/outage";
import { remainingLife } from "../store/remaining-life";
import { readClock } from "./clock";
import { effectiveExpiry } from "./expiry";
import { type MarkedSession, markEnded } from "./mark-ended";

/**
 * Makes room for one more session of the user: ends the least recently used ones over the limit.
 * Exact under any concurrency because the caller holds the user row's lock. Last use is Redis',
 * without it the ledger's; then whatever could still be live counts.
 */
export async function evictOverLimit(tx: Context, userId: string): Promise<MarkedSession[]> {
  const open = await tx.db
    .select()
    .from(sessions)
    .where(and(eq(sessions.userId, userId), isNull(sessions.endedAt)))
    .orderBy(asc(sessions.id))
    .for("no key update");
  const room = tx.settings.MAX_CONCURRENT_SESSIONS - 1;
  if (open.length <= room) return [];
  const { now, lostAt } = await readClock(tx);
  const lives = await tx.redis
    .ask((client, connection) => remainingLife(client, connection, open))
    .catch((error: unknown) => {
      if (!isRedisDown(error)) throw error;
      return null;
    });
  const live = open
    .map((session, index) => {
      const life = lives?.[index] ?? null;
      const ttl = session.ttlSeconds * 1000;
      const known = life !== null || lives === null || effectiveExpiry(session, lostAt) > now;
      return {
        id: session.id,
        live: known && session.absoluteExpiresAt > now,
        lastUse: life === null ? session.lastSeenAt.getTime() : now.getTime() + Math.min(life, ttl) - ttl,
      };
    })
    .filter((session) => session.live)
    .toSorted((a, b) => a.lastUse - b.lastUse || (a.id < b.id ? -1 : 1));
  const over = live.slice(0, Math.max(0, live.length - room));
  return markEnded(tx, [userId], over.map((session) => session.id), "over_limit");
}
