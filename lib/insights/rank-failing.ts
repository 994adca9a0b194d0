import { asc, inArray, sql } from "drizzle-orm";
import { insightFailing, insightFailures, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { RANKING_LOCK } from "@/lib/core/locks";
import { INSIGHT_DAYS, MOST_FAILING } from "./schema";

type Ranked = typeof insightFailing.$inferInsert;

/** The accounts with the most failures in each span of days that is shown, up to today as it is once nobody else is at it. */
export async function rankFailing({ db, settings }: Context): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${RANKING_LOCK})`);
    const today = sql`(statement_timestamp() at time zone ${settings.TIME_ZONE})::date`;
    const ranked: Ranked[] = [];
    for (const days of INSIGHT_DAYS) {
      const most = await tx.execute<{ id: string; count: string }>(sql`
        select user_id as id, sum(count)::text as count from ${insightFailures} where day > ${today} - ${days}::int and day <= ${today}
        group by user_id order by sum(count) desc, user_id limit ${MOST_FAILING}`);
      ranked.push(...most.map(({ id, count }) => ({ days, userId: id, count: Number(count) })));
    }
    // Accounts before their places, as an erasure locks them: else each would wait for the other. Who is just being erased has none.
    const ids = [...new Set(ranked.map(({ userId }) => userId))];
    const held = await tx.select({ id: users.id }).from(users).where(inArray(users.id, ids)).orderBy(asc(users.id)).for("key share", { skipLocked: true });
    const stay = new Set(held.map(({ id }) => id));
    await tx.delete(insightFailing);
    const rows = ranked.filter(({ userId }) => stay.has(userId));
    if (rows.length > 0) await tx.insert(insightFailing).values(rows);
  });
}
