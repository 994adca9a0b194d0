import { sql } from "drizzle-orm";
import { insightCounts, insightDays, insightFailing, users } from "@/db/schema";
import type { AdminContext } from "@/lib/access/require-permission";
import { iso } from "@/lib/core/time";
import { unusualRules } from "@/lib/core/unusual-rule";
import { deviceKinds } from "@/lib/devices/schema";
import { endReasons } from "@/lib/sessions/schema";
import { figuresPerDay } from "./figures-per-day";
import { lengthFigures } from "./length-figures";
import type { Compared, InsightDays, Insights, Part } from "./schema";

type Range = { to: string; from: string; before: string };
/** `count`: on the days that are looked at, `before`: on as many before them. */
type Total = { figure: string; key: string; count: number; before: number };
type Level = { figure: string; key: string; count: number | null; before: number | null };

/**
 * The figures of `days` days up to today, compared with as many before. It reads what `rollUp` keeps and nothing else, so that
 * it costs the same however much has happened. Numbers are counts of rows: those of PostgreSQL fit into ours.
 */
export async function readInsights(context: AdminContext<"insights.read">, { days }: { days: InsightDays }): Promise<Insights> {
  const zone = context.settings.TIME_ZONE;
  const [clock] = await context.db.execute<Range & { counted: string | null }>(sql`
    with clock as (select (statement_timestamp() at time zone ${zone})::date as today)
    select today::text as to, (today - ${days - 1}::int)::text as from, (today - ${2 * days - 1}::int)::text as before,
      (select max(counted_at)::text from ${insightDays} where day = today) as counted
    from clock`);
  if (!clock) throw new Error("PostgreSQL tells no time");
  const [perDay, totals, hours, levels, failing] = await Promise.all([
    figuresPerDay(context, clock),
    readTotals(context, clock),
    readHours(context, clock),
    readLevels(context, clock),
    readFailing(context, days),
  ]);
  const { from, to } = clock;
  const sum = (figure: string, key?: string): Compared =>
    totals.filter((row) => row.figure === figure && (key === undefined || row.key === key)).reduce((all, { count, before }) => ({ count: all.count + count, before: all.before + before }), { count: 0, before: 0 });
  const level = (figure: string, key: string) => levels.find((row) => row.figure === figure && row.key === key) ?? { count: null, before: null };
  const compareLevel = (figure: string, key: string): Compared => ({ count: level(figure, key).count ?? 0, before: level(figure, key).before ?? 0 });
  const lengths = lengthFigures(totals.filter(({ figure }) => figure === "lengths"));
  return {
    days, from, to, zone,
    countedAt: clock.counted === null ? null : iso(new Date(clock.counted)),
    totals: {
      activeDay: { count: Math.round(sum("people", "day").count / days), before: Math.round(sum("people", "day").before / days) },
      activeWeek: compareLevel("people", "week"),
      activeMonth: compareLevel("people", "month"),
      signIns: sum("sign_ins"),
      failed: sum("failures"),
      refused: sum("refusals"),
      newDevices: sum("devices"),
      accounts: sum("accounts"),
      begun: sum("begun"),
      ended: sum("ends"),
      live: compareLevel("live", ""),
      sent: sum("mails", "sent"),
      late: sum("mails", "late"),
      refusedMails: sum("mails", "refused"),
      medianLength: lengths.median,
      p90Length: lengths.p90,
      allAccounts: level("state", "accounts").count ?? 0,
      pictures: level("state", "pictures").count ?? 0,
      pictureBytes: level("state", "bytes").count ?? 0,
    },
    figures: {
      ...perDay,
      failures: partsOf(totals, "failures"),
      rules: fixedParts(totals, "rules", unusualRules),
      ends: fixedParts(totals, "ends", endReasons).filter(isSome),
      lengths: lengths.buckets,
      hours,
      browsers: partsOf(totals, "browsers"),
      systems: partsOf(totals, "systems"),
      kinds: fixedParts(totals, "kinds", deviceKinds).filter(isSome),
      apps: partsOf(totals, "apps"),
      countries: countriesOf(totals),
      factors: (["totp", "passkey", "second_step"] as const).map((factor) => ({ factor, accounts: level("state", factor).count ?? 0, before: level("state", factor).before })),
      pictures: fixedParts(totals, "pictures", ["uploaded", "gravatar", "provider", "removed"] as const),
      refusedPictures: partsOf(totals, "refused_pictures"),
      failing,
    },
  };
}

async function readTotals({ db }: AdminContext<"insights.read">, { to, from, before }: Range): Promise<Total[]> {
  const rows = await db.execute<{ figure: string; key: string; count: string; before: string }>(sql`
    select figure, key, coalesce(sum(count) filter (where day >= ${from}::date), 0)::text as count, coalesce(sum(count) filter (where day < ${from}::date), 0)::text as before
    from ${insightCounts} where day >= ${before}::date and day <= ${to}::date and figure not in ('state', 'live', 'hours')
    group by figure, key`);
  return rows.map((row) => ({ ...row, count: Number(row.count), before: Number(row.before) }));
}

async function readHours({ db }: AdminContext<"insights.read">, { to, from }: Range): Promise<Insights["figures"]["hours"]> {
  const rows = await db.execute<{ weekday: number; hour: number; count: string }>(sql`
    select extract(isodow from day)::int as weekday, key::int as hour, sum(count)::text as count
    from ${insightCounts} where figure = 'hours' and day >= ${from}::date and day <= ${to}::date group by 1, 2 order by 1, 2`);
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}

/** What is a state and no sum: as it was last seen by today, and by the day before the days that are looked at. */
async function readLevels({ db }: AdminContext<"insights.read">, { to, from }: Range): Promise<Level[]> {
  const keys = [...["accounts", "totp", "passkey", "second_step", "bytes", "pictures"].map((key) => ["state", key]), ["live", ""], ["people", "week"], ["people", "month"]];
  const latest = (end: unknown) => sql`(select count::text from ${insightCounts} as c where c.figure = wanted.figure and c.key = wanted.key and c.day ${end} order by c.day desc limit 1)`;
  const rows = await db.execute<{ figure: string; key: string; count: string | null; before: string | null }>(sql`
    select figure, key, ${latest(sql`<= ${to}::date`)} as count, ${latest(sql`< ${from}::date`)} as before
    from (values ${sql.join(keys.map(([figure, key]) => sql`(${figure}, ${key})`), sql`, `)}) as wanted (figure, key)`);
  return rows.map((row) => ({ ...row, count: row.count === null ? null : Number(row.count), before: row.before === null ? null : Number(row.before) }));
}

async function readFailing({ db, held }: AdminContext<"insights.read">, days: InsightDays): Promise<Insights["figures"]["failing"]> {
  if (!held.has("users.read")) return [];
  const rows = await db.execute<{ id: string; name: string; email: string; count: number }>(sql`
    select u.id, u.name, u.email, f.count from ${insightFailing} as f join ${users} as u on u.id = f.user_id where f.days = ${days} order by f.count desc, u.email`);
  return rows.map(({ count, ...user }) => ({ user, failures: count }));
}

function isSome({ count, before }: Compared): boolean {
  return count > 0 || before > 0;
}

/** The most first. */
function partsOf(totals: readonly Total[], wanted: string): Part[] {
  return totals
    .filter(({ figure }) => figure === wanted)
    .map(({ key, count, before }) => ({ what: key || null, count, before }))
    .sort((a, b) => b.count - a.count || b.before - a.before || (a.what ?? "").localeCompare(b.what ?? ""));
}

function fixedParts<T extends string>(totals: readonly Total[], figure: string, keys: readonly T[]): { what: T; count: number; before: number }[] {
  return keys.map((what) => {
    const total = totals.find((row) => row.figure === figure && row.key === what);
    return { what, count: total?.count ?? 0, before: total?.before ?? 0 };
  });
}

function countriesOf(totals: readonly Total[]): Insights["figures"]["countries"] {
  const good = partsOf(totals, "countries");
  const failed = partsOf(totals, "failed_countries");
  const all = new Set([...good, ...failed].map(({ what }) => what));
  return [...all]
    .map((country) => {
      const [some, none] = [good, failed].map((parts) => parts.find(({ what }) => what === country));
      return { country, signIns: some?.count ?? 0, signInsBefore: some?.before ?? 0, failed: none?.count ?? 0, failedBefore: none?.before ?? 0 };
    })
    .sort((a, b) => b.signIns - a.signIns || b.failed - a.failed || (a.country ?? "").localeCompare(b.country ?? ""));
}
