import { lt, sql } from "drizzle-orm";
import { refreshTokens, revokedTokens, statementTime } from "@/db/schema";
import type { Context } from "@/lib/core/context";

const BATCH = 1_000;
/** A backlog must not keep the sweeper from what it is for: so many batches a call, the rest with the next. */
const BATCHES = 20;

/**
 * Forgets tokens that expired by themselves a day ago or more: nobody can use them, and whoever tries is told no more than that.
 * In batches, each a statement that cannot take long; a row that somebody holds is left for the next call.
 */
export async function dropPastTokens(context: Context): Promise<void> {
  await dropPast(context, revokedTokens, revokedTokens.jti);
  await dropPast(context, refreshTokens, refreshTokens.hash);
}

async function dropPast({ db }: Context, table: typeof revokedTokens | typeof refreshTokens, key: typeof revokedTokens.jti | typeof refreshTokens.hash): Promise<void> {
  for (let batch = 0; batch < BATCHES; batch++) {
    const past = db.select({ key }).from(table).where(lt(table.expiresAt, sql`${statementTime} - interval '1 day'`)).limit(BATCH).for("update", { skipLocked: true });
    // As an array: a subquery could be run again for each row, and then its limit is none.
    const dropped = await db.delete(table).where(sql`${key} = any(array(${past}))`).returning({ key });
    if (dropped.length < BATCH) return;
  }
}
