import { setTimeout as sleep } from "node:timers/promises";
import { eq, sql } from "drizzle-orm";
import { accountDeletions } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { countDays } from "@/lib/insights/roll-up";
import { uncountedDaysOf } from "@/lib/insights/uncounted-days";

/** An erasure is a promise, and a figure is not: for so long after it has begun it waits for one. */
const PATIENCE = sql`interval '1 hour'`;
const PAUSE_MS = 200;

/**
 * Counts the days before an account is erased of which something was not counted yet: else its last sessions would end in no figure. Whether it is
 * to be tried again: another process is just counting. Rejects where a day cannot be counted; an hour after the erasure has begun it goes on without.
 */
export async function countFirst(context: Context, userId: string): Promise<boolean> {
  const [waits] = await context.db
    .select({ still: sql<boolean>`${accountDeletions.begunAt} > clock_timestamp() - ${PATIENCE}` })
    .from(accountDeletions)
    .where(eq(accountDeletions.userId, userId));
  try {
    const days = await uncountedDaysOf(context, userId);
    const { counted, finished } = days.length > 0 ? await countDays(context, days) : { counted: [], finished: true };
    const left = days.filter((day) => !counted.includes(day));
    if (left.length === 0) return false;
    if (finished || !waits?.still) throw new Error(`what happened to an account is in no figure of ${left.join(", ")}`);
  } catch (error) {
    if (waits?.still) throw error;
    context.log.warn({ err: error, userId }, "leaving: an account is erased all the same");
    return false;
  }
  await sleep(PAUSE_MS);
  return true;
}
