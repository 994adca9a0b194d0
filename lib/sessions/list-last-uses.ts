import { and, asc, gt, isNull } from "drizzle-orm";
import { sessions } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { readClock } from "./ledger/clock";
import { livesOf } from "./lives-of";

/** When an open session was last used, and by whom. */
export type LastUse = { sessionId: string; userId: string; at: Date };

/** The last uses of open sessions in the order of their ids, from after one of them on: as Redis knows them, or without it the ledger. None: there are no more. */
export async function listLastUses(context: Context, after: string | null, limit: number): Promise<LastUse[]> {
  const rows = await context.db
    .select()
    .from(sessions)
    .where(and(isNull(sessions.endedAt), after === null ? undefined : gt(sessions.id, after)))
    .orderBy(asc(sessions.id))
    .limit(limit);
  const { now, lostAt } = await readClock(context);
  const lives = await livesOf(context, rows, now, lostAt);
  return rows.map(({ id, userId, lastSeenAt }, index) => ({ sessionId: id, userId, at: lives[index]?.lastSeenAt ?? lastSeenAt }));
}
