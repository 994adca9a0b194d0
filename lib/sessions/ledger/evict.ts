import { and, asc, eq, isNull } from "drizzle-orm";
import { sessions } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { isRedisDown } from "@/lib/core/outage";
import { remainingLife } from "../store/remaining-life";
import { readClock } from "./clock";
import { expireGone } from "./expire-gone";
import { effectiveExpiry } from "./expiry";
import { type MarkedSession, markEnded } from "./mark-ended";

/**
 * Makes room for one more session of the user: ends the least recently used ones over the limit.
 * Exact under any concurrency because the caller holds the user row's lock. Last use is Redis',
 * without it the ledger's; then whatever could still be live counts. What has expired, and no sweeper has
 * been there, ends as such: left open, it would live again in the ttl after a loss.
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
  const known = open.map((session, index) => ({ session, life: lives?.[index] ?? null, foreseen: effectiveExpiry(session, lostAt) }));
  const gone = lives === null ? [] : known.filter(({ life, foreseen }) => life === null && foreseen <= now);
  const expired = await expireGone(tx, gone.map(({ session, foreseen }) => ({ id: session.id, at: foreseen })), lostAt);
  const ended = new Set(expired.map(({ id }) => id));
  const live = known
    .filter(({ session }) => !ended.has(session.id) && session.absoluteExpiresAt > now)
    .map(({ session, life }) => {
      const ttl = session.ttlSeconds * 1000;
      return { id: session.id, lastUse: life === null ? session.lastSeenAt.getTime() : now.getTime() + Math.min(life, ttl) - ttl };
    })
    .toSorted((a, b) => a.lastUse - b.lastUse || (a.id < b.id ? -1 : 1));
  const over = live.slice(0, Math.max(0, live.length - room));
  return [...expired, ...(await markEnded(tx, [userId], over.map((session) => session.id), "over_limit"))];
}
