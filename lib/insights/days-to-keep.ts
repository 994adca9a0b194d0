import { sql } from "drizzle-orm";
import { events, insightDays, sessions } from "@/db/schema";
import type { Context } from "@/lib/core/context";

/** For so many days more something is kept at most because it is in no figure yet. */
const LONGER = 7;

/** How many days back the ledger and the events are kept whose time is over after `days`: longer where days about that old were not counted yet, but at most a week. */
export async function daysToKeep({ db, settings }: Context, days: number): Promise<number> {
  const [row] = await db.execute<{ days: number }>(sql`
    with clock as (select (statement_timestamp() at time zone ${settings.TIME_ZONE})::date as today),
      first as (select least(
        (select min(at) from ${events}),
        (select min(created_at) from ${sessions} where ended_at is null), (select min(created_at) from ${sessions} where ended_at is not null)) as at)
    select greatest(${days}::int, max(today - day::date) + 1)::int as days
    from clock, first, generate_series(greatest((first.at at time zone ${settings.TIME_ZONE})::date, today - ${days + LONGER}::int)::timestamp, (today - ${days}::int)::timestamp, interval '1 day') as day
    where not exists (select from ${insightDays} as known where known.day = day::date and known.counted_at is not null)`);
  return row?.days ?? days;
}
