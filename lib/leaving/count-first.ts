import { setTimeout as sleep } from "node:timers/promises";
import { and, eq, gt, sql } from "drizzle-orm";
import { insightDays, sessions } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { countDays } from "@/lib/insights/roll-up";

/** Longer than an end takes from its time to its commit: a count may have passed it by. */
const MARGIN = sql`interval '1 minute'`;
const PAUSE_MS = 200;

/**
 * Counts the day before an account is erased that was used since the last count, as where `ACCOUNT_DELETION_DAYS` is 0: else its sessions would end in no
 * figure. Whether it is to be tried again: another process is just counting, and may have begun before they ended.
 */
export async function countFirst(context: Context, userId: string): Promise<boolean> {
  const counted = context.db.select({ at: sql`coalesce(max(${insightDays.countedAt}), '-infinity') - ${MARGIN}` }).from(insightDays);
  const [late] = await context.db
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.userId, userId), gt(sessions.endRecordedAt, sql`(${counted})`)))
    .limit(1);
  if (!late || (await countDays(context)).today !== null) return false;
  await sleep(PAUSE_MS);
  return true;
}
