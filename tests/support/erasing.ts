import { and, gt, isNotNull, sql } from "drizzle-orm";
import { accountDeletions } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { doDueJobs } from "@/lib/jobs/do-due-jobs";
import { erasureQueue } from "@/lib/leaving/erasure-queue";

/** Erases what is due, as if what it waits for after its beginning were over at once. */
export async function eraseDue(context: Context): Promise<void> {
  do await waitOver(context);
  while ((await doDueJobs(context, erasureQueue)).taken > 0);
}

/** As if what has just begun to be erased had begun minutes before. */
export async function waitOver({ db }: Context, minutes = 3): Promise<void> {
  const early = gt(accountDeletions.begunAt, sql`clock_timestamp() - make_interval(mins => ${minutes})`);
  await db
    .update(accountDeletions)
    .set({ begunAt: sql`${accountDeletions.begunAt} - make_interval(mins => ${minutes})`, dueAt: sql`clock_timestamp()` })
    .where(and(isNotNull(accountDeletions.begunAt), early));
}
