import { type SQL, sql } from "drizzle-orm";
import { devices, insightCounts, sessions } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Day, on, openFor } from "./day";
import { keepCounts, replaceCounts } from "./keep-counts";
import { LENGTH_STEP } from "./schema";
import { mayBeNamed } from "./told-by-name";

/** So many names of a figure a day, those that most have; the others count together, and on a day that is over those too that only one account had. Apps and systems say themselves what they are called. */
const NAMES = 40;
export const OTHERS = "…";

/** The sessions that began on a day: both halves of the index of when they began. */
export function begunOn(day: Day): SQL {
  const half = (which: string) => sql`select id, user_id, device_id, client from ${sessions} where ended_at is ${sql.raw(which)} and ${on(day, sql`created_at`)}`;
  return sql`(${half("null")} union all ${half("not null")})`;
}

/**
 * When a session's end counts: when it ended; one that was found out more than two days later (nothing ran that could see it
 * expire) counts when that was, for the figures of its day stand by then.
 */
export const countedEnd = sql`(case when end_recorded_at > ended_at + ${openFor} then end_recorded_at else ended_at end)`;

/** The sessions whose end counts on a day. No end is found out before it was. */
function endedOn(day: Day): SQL {
  return sql`(select created_at, ended_at, end_reason from ${sessions} where ${notedSince(day)} and ${on(day, countedEnd)})`;
}

/** The ends that were found out from a day on, for as long as it is open. */
export function notedSince({ from, to }: Day): SQL {
  return sql`end_recorded_at >= ${from}::timestamptz and end_recorded_at < ${to}::timestamptz + ${openFor}`;
}

const ofDevices = ["devices", "browsers", "systems", "kinds", "apps"] as const;
/** Devices say anew what they are at each sign-in; and of live sessions some end. */
export const replacedFigures = [...ofDevices, "live"] as const;

/** What the ledger tells of a day: sessions begun, by device, ended, for how long they were, and live at its end; new devices, by kind. */
export async function countSessions(tx: Context, day: Day, { over, seen }: { over: boolean; seen: boolean }): Promise<void> {
  await keepCounts(tx, day, sql`
    select 'begun' as figure, client as key, count(*) as count from ${begunOn(day)} as begun group by client
    union all
    select figure, key, count from (select end_reason, floor(ln(greatest(1, extract(epoch from ended_at - created_at))) / ln(${LENGTH_STEP}::numeric))::int as step, count(*) as count from ${endedOn(day)} as ended group by 1, 2) as ended,
      lateral (values ('ends', end_reason), ('lengths', step::text)) as told (figure, key)`);
  // As the least and the greatest account: that there are two is known without telling them all apart.
  const account = sql`user_id::text collate "C"`;
  await replaceCounts(tx, day, ofDevices, sql`
    select figure, case when place <= ${NAMES} and ${over ? mayBeNamed(day) : sql`true`} then name else ${OTHERS} end, count from (
      select figure, name, sum(count) as count, min(first_account) as first_account, max(last_account) as last_account, row_number() over (partition by figure order by sum(count) desc, name) as place
      from (select browser, os, kind, count(*) as count, min(${account}) as first_account, max(${account}) as last_account
        from ${begunOn(day)} as begun join (select id, browser, os, kind from ${devices}) as described on described.id = begun.device_id group by 1, 2, 3) as described,
        lateral (values (case when kind = 'app' then 'apps' else 'browsers' end, coalesce(browser, '')), ('systems', coalesce(os, '')), ('kinds', kind)) as told (figure, name)
      group by figure, name) as ranked
    union all select 'devices', kind, count(*) from ${devices} where ${on(day, sql`first_seen_at`)} group by kind`);
  // What was counted when the day was just over is exact; reckoned from the day before, one error would go on for ever.
  if (!over || !seen) await replaceCounts(tx, day, ["live"], over ? liveAfter(day) : liveNow(day));
}

/**
 * At the end of the day, or now: those that are open, and those whose end counts later. No ended session is looked at but
 * those of the last days.
 */
function liveNow({ to }: Day): SQL {
  return sql`
    select 'live', '', (select count(*) from ${sessions} where ended_at is null and created_at < ${to}::timestamptz)
      + (select count(*) from ${sessions} where end_recorded_at >= ${to}::timestamptz and ${countedEnd} >= ${to}::timestamptz and created_at < ${to}::timestamptz)`;
}

/** Of a day long over, as when an old ledger is counted for the first time: what was live on the evening before, and began and ended since. */
function liveAfter({ day }: Day): SQL {
  const sum = (figure: string) => sql.raw(`coalesce(sum(count) filter (where figure = '${figure}'), 0)`);
  return sql`
    select 'live', '', greatest(0, (select coalesce(max(count), 0) from ${insightCounts} where figure = 'live' and day = ${day}::date - 1) + ${sum("begun")} - ${sum("ends")})
    from ${insightCounts} where figure in ('begun', 'ends') and day = ${day}::date`;
}
