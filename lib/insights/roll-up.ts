import { type SQL, sql } from "drizzle-orm";
import { events, insightDays, insightFailures, insightPeople, sessions } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { ROLLER_LOCK } from "@/lib/core/locks";
import { isOutage } from "@/lib/core/outage";
import { countEvents } from "./count-events";
import { countMails } from "./count-mails";
import { countPeople } from "./count-people";
import { countSessions, replacedFigures } from "./count-sessions";
import { type Day, KEPT_DAYS, OPEN_DAYS, startOf } from "./day";
import { forgetCounts } from "./keep-counts";
import { lookAround } from "./look-around";
import { rankFailing } from "./rank-failing";
import { INSIGHT_DAYS } from "./schema";

/** Rows that one statement deletes at most. */
const BATCH = 10_000;

/**
 * Keeps the figures: counts anew, from the ledger and the events, today, each day that is not over for two days yet, and each
 * that nobody counted. A day is one transaction, and the whole day is counted: so it does not matter when this runs, how
 * often, in how many processes, or where it was killed. A day that was counted after those two days is closed: it stands, whatever
 * is deleted. One that cannot be counted is put off, and the others are counted all the same. How many days were counted; none, or
 * not all, while another process is at it. Rejects with an outage.
 */
export async function rollUp(context: Context): Promise<number> {
  // What cannot be looked at keeps nothing from being counted.
  await lookAround(context).catch((error: unknown) => context.log[isOutage(error) ? "warn" : "error"]({ err: error }, "insights: who only uses a session is looked for later"));
  const { counted, finished } = await countDays(context);
  if (!finished) return counted.length;
  // Whose failures they were is kept for as long as somebody can be shown by it, and no longer than the events.
  const failuresFor = Math.min(Math.max(...INSIGHT_DAYS), context.settings.EVENTS_RETENTION_DAYS ?? Number.POSITIVE_INFINITY);
  await forgetBefore(context, insightPeople, KEPT_DAYS);
  await forgetBefore(context, insightFailures, failuresFor);
  await rankFailing(context);
  return counted.length;
}

/** In batches: where nobody counted for long there are many. */
async function forgetBefore({ db, settings }: Context, table: typeof insightPeople | typeof insightFailures, days: number): Promise<void> {
  const old = sql`select ctid from ${table} where day < (statement_timestamp() at time zone ${settings.TIME_ZONE})::date - ${days}::int limit ${BATCH}`;
  while ((await db.execute(sql`delete from ${table} where ctid = any(array(${old}))`)).count === BATCH);
}

/** Counts what is due, today as it is now, and `again` unless they are closed. The days that were counted; `finished`: it went on to today, and no other process is at it. */
export async function countDays(context: Context, again: readonly string[] = []): Promise<{ counted: string[]; finished: boolean }> {
  const counted: string[] = [];
  for (let after: string | undefined; ; ) {
    const next = await countNext(context, after, again);
    if (next === null || next === undefined) return { counted, finished: next === undefined };
    after = next.day;
    if (next.counted) counted.push(next.day);
  }
}

/**
 * The days in their order, each once: what is live on one is reckoned from the one before. Today is the last, and always tried; undefined after it. Null
 * while another process is at it. Rejects where it cannot even be told which is next.
 */
async function countNext(context: Context, after: string | undefined, again: readonly string[]): Promise<{ day: string; counted: boolean } | null | undefined> {
  const tried: { due?: Due } = {};
  try {
    return await context.db.transaction(async (db) => {
      const [lock] = await db.execute<{ mine: boolean }>(sql`select pg_try_advisory_xact_lock(${ROLLER_LOCK}) as mine`);
      if (!lock?.mine) return null;
      const tx = { ...context, db };
      const due = await nextDue(tx, after, again);
      if (!due) return undefined;
      tried.due = due;
      await countDay(tx, due);
      return { day: due.day, counted: true };
    });
  } catch (error) {
    if (!tried.due) throw error;
    await putOff(context, tried.due, error);
    return { day: tried.due.day, counted: false };
  }
}

async function countDay(tx: Context, due: Due): Promise<void> {
  if (due.recut) {
    await forgetCounts(tx, due, CUT_ANEW);
    await tx.db.execute(sql`delete from ${insightFailures} where day = ${due.day}::date`);
  }
  await countEvents(tx, due);
  await countSessions(tx, due, due);
  await countMails(tx, due);
  await countPeople(tx, due);
  await tx.db.execute(sql`
    insert into ${insightDays} (day, zone, counted_at) values (${due.day}::date, ${due.zone}, statement_timestamp())
    on conflict (day) do update set zone = excluded.zone, counted_at = excluded.counted_at, failed_at = null`);
}

async function putOff({ db, log }: Context, { day, zone }: Due, error: unknown): Promise<void> {
  await db.execute(sql`
    insert into ${insightDays} (day, zone, failed_at) values (${day}::date, ${zone}, statement_timestamp())
    on conflict (day) do update set failed_at = excluded.failed_at`);
  log[isOutage(error) ? "warn" : "error"]({ day, err: error }, "insights: a day could not be counted; it is tried again later");
}

/**
 * All but the state, and what there is nothing more to count from (mails that were dropped, uses that were seen), when the operator's days
 * begin at another hour than they did.
 */
const CUT_ANEW = ["sign_ins", "hours", "countries", "rules", "failures", "failed_countries", "refusals", "accounts", "pictures", "refused_pictures", "begun", "ends", "lengths", ...replacedFigures];

/** `over`: it has been so for two days; `seen`: it was counted when it was just over; `recut`: it was counted in another zone. */
type Due = Day & { over: boolean; seen: boolean; recut: boolean };

/**
 * The first day after `after` that is due. One that is over is counted again each hour, since somebody may still write of it, and
 * when it is over for good. What was counted at a time that is yet to come was counted while a clock went wrong. One that could
 * not be counted, and is not today, is tried again as often; when it is over for good, once a day.
 */
async function nextDue({ db, settings }: Context, after: string | undefined, again: readonly string[]): Promise<Due | undefined> {
  const zone = settings.TIME_ZONE;
  const isAsked: SQL = again.length === 0 ? sql`false` : sql`days.day in (${sql.join(again.map((day) => sql`${day}::date`), sql`, `)}) and counted_at < closes`;
  const [row] = await db.execute<Due>(sql`
    with clock as (select statement_timestamp() as now, (statement_timestamp() at time zone ${zone})::date as today),
      first as (select least(
        (select min(at) from ${events}),
        (select min(created_at) from ${sessions} where ended_at is null), (select min(created_at) from ${sessions} where ended_at is not null)) as at),
      days as (
        select day::date as day, ${startOf(sql`day::date`, zone)} as starts, ${startOf(sql`(day::date + 1)`, zone)} as ends, ${startOf(sql`(day::date + ${1 + OPEN_DAYS}::int)`, zone)} + interval '1 hour' as closes
        from clock, first, generate_series(coalesce(greatest((first.at at time zone ${zone})::date, ${after ?? null}::date + 1), today)::timestamp, today::timestamp, interval '1 day') as day)
    select days.day::text as day, ${zone}::text as zone, starts::text as from, ends::text as to, closes <= now as over, coalesce(known.zone <> ${zone}, false) as recut,
      coalesce(counted_at between ends and now and known.zone = ${zone}, false) as seen
    from clock, days left join ${insightDays} as known on known.day = days.day
    where days.day = today
      or (counted_at is null or counted_at > now or (${isAsked})
        or (counted_at < closes and (closes <= now or counted_at < ends or counted_at < now - interval '1 hour' or known.zone <> ${zone})))
        and (failed_at is null or failed_at not between now - case when closes <= now then interval '1 day' else interval '1 hour' end and now)
    order by days.day limit 1`);
  return row;
}
