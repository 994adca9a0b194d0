import { sql } from "drizzle-orm";
import { addresses, events, sessions, statementTime } from "@/db/schema";
import type { AdminContext } from "@/lib/access/require-permission";
import type { SessionSummary } from "./schema";

/** No count goes further than this; beyond, PostgreSQL's statistics of the index say about how many there are. */
const COUNTED = 1_000;
/** Countries are those of so many of the newest live sessions. */
const SAMPLE = 500;
const SHOWN = 5;

type Row = { live: number; about: string; fresh: number; failed: number; countries: { country: string | null; count: number }[] | null };

/** How many are live, from where, what is odd today: one statement of bounded cost, however many sessions there are. */
export async function summariseSessions({ db, held }: AdminContext<"sessions.read">): Promise<SessionSummary> {
  const counted = sql`limit ${COUNTED + 1}`;
  const [row] = await db.execute<Row>(sql`
    select
      (select count(*)::int from (select from ${sessions} where ended_at is null ${counted}) as part) as live,
      (select greatest(reltuples, 0)::bigint::text from pg_class where oid = 'sessions_open_created_idx'::regclass) as about,
      (select count(*)::int from (select from ${sessions} where ended_at is null and created_at > ${statementTime} - interval '1 hour' ${counted}) as part) as fresh,
      (select count(*)::int from (select from ${events} where type = 'sign_in.failed' and at > ${statementTime} - interval '1 day' ${counted}) as part) as failed,
      (select json_agg(json_build_object('country', country, 'count', count) order by count desc, country) from (
        select a.country, count(*)::int as count
        from (select address_id from ${sessions} where ended_at is null order by created_at desc, id desc limit ${SAMPLE}) as newest
        join ${addresses} as a on a.id = newest.address_id
        group by a.country) as places) as countries`);
  if (!row) throw new Error("PostgreSQL counts nothing");
  const bounded = (count: number) => ({ count: Math.min(count, COUNTED), exact: count <= COUNTED });
  const countries = row.countries ?? [];
  return {
    live: row.live > COUNTED ? { count: Math.max(COUNTED, Number(row.about)), exact: false } : { count: row.live, exact: true },
    fresh: bounded(row.fresh),
    failed: held.has("events.read") ? bounded(row.failed) : null,
    countries: countries.slice(0, SHOWN),
    sample: countries.reduce((sum, { count }) => sum + count, 0),
  };
}
