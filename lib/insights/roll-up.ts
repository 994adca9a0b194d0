import { sql } from "drizzle-orm";
import { events, insightDays, insightFailing, insightFailures, insightPeople, sessions } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { ROLLER_LOCK } from "@/lib/core/locks";
import { countEvents } from "./count-events";
import { countMails } from "./count-mails";
import { countPeople } from "./count-people";
import { countSessions, replacedFigures } from "./count-sessions";
import { type Day, KEPT_DAYS, OPEN_DAYS, startOf } from "./day";
import { forgetCounts } from "./keep-counts";
import { lookAround } from "./look-around";
import { INSIGHT_DAYS, MOST_FAILING } from "./schema";

/**
 * Keeps the figures: counts anew, from the ledger and the events, today, each day that is not over for two days yet, and each
 * that nobody counted. A day is one transaction, and the whole day is counted: so it does not matter when this runs, how
 * often, in how many processes, or where it was killed. A day that was counted after those two days is closed: it stands, whatever
 * is deleted. How many days were counted; none, or not all, while another process is at it. Rejects with an outage.
 */
export async function rollUp(context: Context): Promise<number> {
  await lookAround(context);
  const { days, today } = await countDays(context);
  if (today === null) return days;
  await rank(context);
  // Whose failures they were is kept for as long as somebody can be shown by it, and no longer than the events.
  const failuresFor = Math.min(Math.max(...INSIGHT_DAYS), context.settings.EVENTS_RETENTION_DAYS ?? Number.POSITIVE_INFINITY);
  await context.db.execute(sql`delete from ${insightPeople} where day < ${today}::date - ${KEPT_DAYS}::int`);
  await context.db.execute(sql`delete from ${insightFailures} where day < ${today}::date - ${failuresFor}::int`);
  return days;
}

/** Counts what is due, and today as it is now. `today` is null where another process is at it, which goes on to today. */
export async function countDays(context: Context): Promise<{ days: number; today: string | null }> {
  const done: string[] = [];
  for (;;) {
    const counted = await countNext(context, done);
    if (counted === null) return { days: done.length, today: null };
    if (counted === undefined) return { days: done.length, today: done.at(-1) ?? null };
    done.push(counted);
  }
}

/** The days in their order, each once: what is live on one is reckoned from the one before. Today is the last, and always counted; undefined after it. Null while another process is at it. */
async function countNext(context: Context, done: readonly string[]): Promise<string | null | undefined> {
  return context.db.transaction(async (db) => {
    const [lock] = await db.execute<{ mine: boolean }>(sql`select pg_try_advisory_xact_lock(${ROLLER_LOCK}) as mine`);
    if (!lock?.mine) return null;
    const tx = { ...context, db };
    const due = await nextDue(tx, done.at(-1));
    if (!due) return undefined;
    if (due.recut) {
      await forgetCounts(tx, due, CUT_ANEW);
      for (const table of [insightPeople, insightFailures]) await db.execute(sql`delete from ${table} where day = ${due.day}::date`);
    }
    await countEvents(tx, due);
    await countSessions(tx, due, due);
    await countMails(tx, due);
    await countPeople(tx, due);
    await db.execute(sql`
      insert into ${insightDays} (day, zone, counted_at) values (${due.day}::date, ${due.zone}, statement_timestamp())
      on conflict (day) do update set zone = excluded.zone, counted_at = excluded.counted_at`);
    return due.day;
  });
}

/** All but the state, when the operator's days begin at another hour than they did. */
const CUT_ANEW = ["sign_ins", "hours", "countries", "rules", "failures", "failed_countries", "refusals", "accounts", "pictures", "refused_pictures", "begun", "ends", "lengths", "mails", "people", ...replacedFigures];

/** `over`: it has been so for two days; `recut`: it was counted in another zone. */
type Due = Day & { over: boolean; recut: boolean };

/**
 * The first day after `after` that is due. One that is over is counted again each hour, since somebody may still write of it, and
 * when it is over for good. What was counted at a time that is yet to come was counted while a clock went wrong.
 */
async function nextDue({ db, settings }: Context, after: string | undefined): Promise<Due | undefined> {
  const zone = settings.TIME_ZONE;
  const [row] = await db.execute<Day & { over: boolean; recut: boolean }>(sql`
    with clock as (select statement_timestamp() as now, (statement_timestamp() at time zone ${zone})::date as today),
      first as (select least(
        (select min(at) from ${events}),
        (select min(created_at) from ${sessions} where ended_at is null), (select min(created_at) from ${sessions} where ended_at is not null)) as at),
      days as (
        select day::date as day, ${startOf(sql`day::date`, zone)} as starts, ${startOf(sql`(day::date + 1)`, zone)} as ends, ${startOf(sql`(day::date + ${1 + OPEN_DAYS}::int)`, zone)} + interval '1 hour' as closes
        from clock, first, generate_series(coalesce(greatest((first.at at time zone ${zone})::date, ${after ?? null}::date + 1), today)::timestamp, today::timestamp, interval '1 day') as day)
    select days.day::text as day, ${zone}::text as zone, starts::text as from, ends::text as to, closes <= now as over, coalesce(known.zone <> ${zone}, false) as recut
    from clock, days left join ${insightDays} as known on known.day = days.day
    where days.day = today or counted_at is null or counted_at > now
      or (counted_at < closes and (closes <= now or counted_at < ends or counted_at < now - interval '1 hour' or known.zone <> ${zone}))
    order by days.day limit 1`);
  return row;
}

/** The accounts with the most failures in each span of days that is shown, up to today as it is once nobody else is at it. */
async function rank({ db, settings }: Context): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`lock table ${insightFailing} in exclusive mode`);
    const today = sql`(statement_timestamp() at time zone ${settings.TIME_ZONE})::date`;
    await tx.delete(insightFailing);
    for (const days of INSIGHT_DAYS) {
      await tx.execute(sql`
        insert into ${insightFailing} (days, user_id, count)
        select ${days}::smallint, user_id, sum(count) from ${insightFailures} where day > ${today} - ${days}::int and day <= ${today}
        group by user_id order by sum(count) desc, user_id limit ${MOST_FAILING}`);
    }
  });
}
