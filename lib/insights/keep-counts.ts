import { type SQL, sql } from "drizzle-orm";
import { insightCounts } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import type { Day } from "./day";

/**
 * Writes a day's counts: `counts` selects figure, key and count. What was told once does not become less: it was counted
 * from more than there is now (a mail that was dropped, an account that is gone).
 */
export async function keepCounts({ db }: Context, { day }: Day, counts: SQL): Promise<void> {
  await db.execute(sql`
    insert into ${insightCounts} (figure, day, key, count)
    select figure, ${day}::date, key, sum(count)::bigint from (${counts}) as counted (figure, key, count) group by figure, key
    on conflict (figure, day, key) do update set count = excluded.count where ${insightCounts}.count < excluded.count`);
}

/** The same of figures that are a state, and may become less: those of before go. */
export async function replaceCounts(tx: Context, day: Day, figures: readonly string[], counts: SQL): Promise<void> {
  await forgetCounts(tx, day, figures);
  await keepCounts(tx, day, counts);
}

export async function forgetCounts({ db }: Context, { day }: Day, figures: readonly string[]): Promise<void> {
  const names = sql.join(figures.map((figure) => sql`${figure}`), sql`, `);
  await db.execute(sql`delete from ${insightCounts} where day = ${day}::date and figure in (${names})`);
}
