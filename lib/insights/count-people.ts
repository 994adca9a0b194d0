import { sql } from "drizzle-orm";
import { insightPeople, sessions } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { begunOn, notedSince } from "./count-sessions";
import { type Day, MONTH_DAYS, on } from "./day";
import { keepCounts } from "./keep-counts";

/**
 * Who was there on a day: whoever signed in, or last used a session that has ended since; `noteUses` adds who uses one that
 * is open. Then how many they are, in the week and in the month that end with it: each person once.
 */
export async function countPeople(tx: Context, day: Day): Promise<void> {
  await tx.db.execute(sql`
    insert into ${insightPeople} (day, user_id)
    select ${day.day}::date, user_id from ${begunOn(day)} as begun
    union select ${day.day}::date, user_id from ${sessions} where ${notedSince(day)} and ${on(day, sql`last_seen_at`)}
    on conflict do nothing`);
  const within = (key: string, days: number) => sql`select 'people', ${key}, count(distinct user_id) from ${insightPeople} where day > ${day.day}::date - ${days}::int and day <= ${day.day}::date`;
  await keepCounts(tx, day, sql`${within("day", 1)} union all ${within("week", 7)} union all ${within("month", MONTH_DAYS)}`);
}
