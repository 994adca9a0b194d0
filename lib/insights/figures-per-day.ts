import { sql } from "drizzle-orm";
import { insightCounts } from "@/db/schema";
import type { AdminContext } from "@/lib/access/require-permission";
import type { Figures } from "./schema";

type PerDay = Pick<Figures, "people" | "signIns" | "newDevices" | "sessions" | "mails">;

/** What is drawn day by day, a row for every day: one on which nothing happened has zeros. */
export async function figuresPerDay({ db }: AdminContext<"insights.read">, { from, to }: { from: string; to: string }): Promise<PerDay> {
  const rows = await db.execute<{ day: string; counts: Record<string, number> | null }>(sql`
    select days.day::date::text as day, counted.counts
    from generate_series(${from}::date::timestamp, ${to}::date::timestamp, interval '1 day') as days (day)
    left join (
      select day, jsonb_object_agg(name, count) as counts
      from (
        select day, case when figure in ('people', 'mails') then figure || ' ' || key else figure end as name, sum(count) as count
        from ${insightCounts}
        where figure in ('people', 'mails', 'sign_ins', 'failures', 'refusals', 'devices', 'begun', 'ends', 'live') and day >= ${from}::date and day <= ${to}::date
        group by 1, 2) as named
      group by day) as counted on counted.day = days.day::date
    order by days.day`);
  const figure = <N extends string>(names: Record<N, string>) =>
    rows.map(({ day, counts }) => ({ day, ...(Object.fromEntries(Object.entries<string>(names).map(([name, key]) => [name, counts?.[key] ?? 0])) as Record<N, number>) }));
  return {
    people: figure({ active: "people day", week: "people week", month: "people month" }),
    signIns: figure({ succeeded: "sign_ins", failed: "failures", refused: "refusals" }),
    newDevices: figure({ count: "devices" }),
    sessions: figure({ begun: "begun", ended: "ends", live: "live" }),
    mails: figure({ sent: "mails sent", late: "mails late", refused: "mails refused" }),
  };
}
