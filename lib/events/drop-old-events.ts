import { asc, lt, sql } from "drizzle-orm";
import { events, statementTime } from "@/db/schema";
import type { Context } from "@/lib/core/context";

/** Forgets events that are older than so many days, the oldest first. How many, at most `batch`. */
export async function dropOldEvents({ db }: Context, days: number, batch: number): Promise<number> {
  const old = db
    .select({ id: events.id })
    .from(events)
    .where(lt(events.at, sql`${statementTime} - make_interval(days => ${days})`))
    .orderBy(asc(events.at))
    .limit(batch)
    .for("update", { skipLocked: true });
  // As an array: a subquery could be run again for each row, and then its limit is none.
  return (await db.delete(events).where(sql`${events.id} = any(array(${old}))`)).count;
}
