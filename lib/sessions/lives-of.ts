import type { Context } from "@/lib/core/context";
import { isRedisDown } from "@/lib/core/outage";
import { remainingLife } from "./store/remaining-life";
import { effectiveExpiry, type Term } from "./ledger/expiry";

type OpenRow = Term & { id: string; userId: string; lastSeenAt: Date };

/** What is known of an open session's life. `endedAt`: it is past its end, though the sweeper has not been there yet. */
export type Life = { lastSeenAt: Date; expiresAt: Date; endedAt: Date | null };

/**
 * Adds to open sessions what Redis knows of them, in one pipelined round trip; without Redis the ledger's own
 * last use stands. `now` and `lostAt` come with the rows, from PostgreSQL.
 */
export async function livesOf(context: Context, rows: readonly OpenRow[], now: Date, lostAt: Date | null): Promise<Life[]> {
  if (rows.length === 0) return [];
  const left = await context.redis
    .ask((client, connection) => remainingLife(client, connection, rows))
    .catch((error: unknown) => {
      if (!isRedisDown(error)) throw error;
      return null;
    });
  return rows.map((row, index) => {
    const life = left?.[index] ?? null;
    const ttl = row.ttlSeconds * 1000;
    if (row.absoluteExpiresAt <= now) return { lastSeenAt: row.lastSeenAt, expiresAt: row.absoluteExpiresAt, endedAt: row.absoluteExpiresAt };
    if (life !== null) {
      const expiresAt = now.getTime() + Math.min(life, ttl);
      const lastSeenAt = new Date(Math.max(row.lastSeenAt.getTime(), expiresAt - ttl));
      return { lastSeenAt, expiresAt: new Date(Math.min(expiresAt, row.absoluteExpiresAt.getTime())), endedAt: null };
    }
    const expiresAt = effectiveExpiry(row, lostAt);
    return { lastSeenAt: row.lastSeenAt, expiresAt, endedAt: left !== null && expiresAt <= now ? expiresAt : null };
  });
}
