import { and, asc, eq, gt, or } from "drizzle-orm";
import { databaseNow, revokedTokens } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import type { Connection } from "@/lib/platform/redis/redis";
import { putRevoked, type RevokedToken } from "../store/revoked-key";

const BATCH = 500;
const columns = { jti: revokedTokens.jti, userId: revokedTokens.userId, expiresAt: revokedTokens.expiresAt };

/** The session's revoked tokens that have not ended by themselves yet: they go into Redis with its record. */
export function revokedOf({ db }: Context, sessionId: string): Promise<RevokedToken[]> {
  return db.select(columns).from(revokedTokens).where(and(eq(revokedTokens.sessionId, sessionId), gt(revokedTokens.expiresAt, databaseNow)));
}

/** The part of *replay* that is about tokens: those revoked since `since` (milliseconds; null: ever), by plain SET. */
export async function replayRevoked(context: Context, connection: Connection, since: number | null): Promise<void> {
  let last: { revokedAt: Date; jti: string } | null = null;
  for (;;) {
    const rows: (RevokedToken & { revokedAt: Date })[] = await context.db
      .select({ ...columns, revokedAt: revokedTokens.revokedAt })
      .from(revokedTokens)
      .where(
        and(
          gt(revokedTokens.expiresAt, databaseNow),
          since === null ? undefined : gt(revokedTokens.revokedAt, new Date(since)),
          last ? or(gt(revokedTokens.revokedAt, last.revokedAt), and(eq(revokedTokens.revokedAt, last.revokedAt), gt(revokedTokens.jti, last.jti))) : undefined,
        ),
      )
      .orderBy(asc(revokedTokens.revokedAt), asc(revokedTokens.jti))
      .limit(BATCH);
    if (rows.length > 0) await context.redis.askOn(connection, (client) => putRevoked(client, rows, context.clock.now()));
    last = rows.at(-1) ?? null;
    if (rows.length < BATCH) return;
  }
}
