import { sql } from "drizzle-orm";
import { insightDays, outgoingMails, sessions } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { countedEnd } from "./count-sessions";

/** Longer than an end takes from its time to its commit: a count may have passed it by. */
const MARGIN = sql`interval '1 minute'`;

/** The days on which sessions of an account ended, or mails about it were handed over, that nobody has counted since. */
export async function uncountedDaysOf({ db, settings }: Context, userId: string): Promise<string[]> {
  const rows = await db.execute<{ day: string }>(sql`
    with told as (
      select ${countedEnd} as happened, end_recorded_at as noted from ${sessions} where user_id = ${userId} and end_recorded_at is not null
      union all
      select coalesce(sent_at, failed_at), coalesce(sent_at, failed_at) from ${outgoingMails} where user_id = ${userId} and coalesce(sent_at, failed_at) is not null)
    select distinct day::text as day from (select (happened at time zone ${settings.TIME_ZONE})::date as day, noted from told) as of_days
    where not exists (select from ${insightDays} as known where known.day = of_days.day and known.counted_at > noted + ${MARGIN})
    order by day`);
  return rows.map(({ day }) => day);
}
