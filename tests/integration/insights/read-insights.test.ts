import { expect, test } from "vitest";
import { roles } from "@/db/schema";
import { figureAsCsv } from "@/lib/insights/figure-as-csv";
import { knowsZone } from "@/lib/insights/knows-zone";
import { readInsights } from "@/lib/insights/read-insights";
import { rollUp } from "@/lib/insights/roll-up";
import { figureNames, INSIGHT_DAYS, insightsQuery, insightsSchema } from "@/lib/insights/schema";
import { listOwnSignInTimes, listSignInTimes } from "@/lib/insights/sign-in-times";
import { holding, userOf } from "@/tests/support/administrators";
import { openTestWorld } from "@/tests/support/context";
import { countedCalls } from "@/tests/support/counted-calls";
import { trust } from "@/tests/support/sessions";
import { recount } from "./recount";
import { writeHistory } from "./history";

const DAY = 86_400_000;
const ago = (time: number) => new Date(Date.now() - time);

async function openWorld() {
  const world = await openTestWorld();
  await trust(world.context);
  const { caller, userId } = await userOf(world.context, "ADMIN");
  return { ...world, caller, userId, reader: await holding(caller, "insights.read") };
}

test("what is told are the sums of a recount, with as many days before to compare with; it asks as much of PostgreSQL however much there is", async () => {
  const { context, reader } = await openWorld();
  await rollUp(context);
  const { context: counting, calls } = countedCalls(reader);
  const few = calls.count();
  await readInsights(counting as typeof reader, { days: 365 });
  const asked = calls.count() - few;
  await writeHistory(context, { seed: 3, from: ago(20 * DAY), to: new Date(), each: 30 });
  // As if for the first time.
  await context.db.execute("delete from insight_days");
  await rollUp(context);
  const counts = await recount(context);
  const day = (back: number) => ago(back * DAY).toISOString().slice(0, 10);
  const sum = (figure: string, from: number, to: number, key?: string) =>
    Object.entries(counts).filter(([name]) => { const [its, on = "", ...rest] = name.split(" "); return its === figure && on >= day(from) && on <= day(to) && (key === undefined || rest.join(" ") === key); }).reduce((all, [, count]) => all + count, 0);
  const told = await readInsights(reader, { days: 7 });
  expect(insightsSchema.parse(told)).toEqual(told);
  const compared = (figure: string, key?: string) => ({ count: sum(figure, 6, 0, key), before: sum(figure, 13, 7, key) });
  expect(told.totals).toMatchObject({ signIns: compared("sign_ins"), failed: compared("failures"), refused: compared("refusals"), newDevices: compared("devices"), begun: compared("begun"), ended: compared("ends"), accounts: compared("accounts"), sent: compared("mails", "sent"), late: compared("mails", "late"), refusedMails: compared("mails", "refused") });
  expect(told.totals.live).toEqual({ count: sum("live", 0, 0), before: sum("live", 7, 7) });
  expect(told.totals.activeMonth).toEqual({ count: sum("people", 0, 0, "month"), before: sum("people", 7, 7, "month") });
  expect(told.figures.signIns.map(({ succeeded }) => succeeded)).toEqual([6, 5, 4, 3, 2, 1, 0].map((back) => sum("sign_ins", back, back)));
  for (const { what, count, before } of told.figures.systems) expect({ count, before }, String(what)).toEqual(compared("systems", what ?? ""));
  for (const { country, signIns, failed } of told.figures.countries) expect([signIns, failed]).toEqual([compared("countries", country ?? "").count, compared("failed_countries", country ?? "").count]);
  expect(told.figures.hours.reduce((all, { count }) => all + count, 0)).toBe(told.totals.signIns.count);
  expect(told.figures.lengths.reduce((all, { count }) => all + count, 0)).toBe(told.totals.ended.count);
  const most = await context.db.execute<{ failures: number }>(`select sum(coalesce((detail->>'leftOut')::int, 1))::int as failures from events where type = 'sign_in.failed' and user_id is not null and at >= '${day(6)}' group by user_id order by 1 desc limit 10`);
  expect(told.figures.failing.map(({ failures }) => failures)).toEqual(most.map(({ failures }) => failures));
  const before = calls.count();
  await readInsights(counting as typeof reader, { days: 365 });
  expect(calls.count() - before).toBe(asked);
});

test("the median and the ninetieth of a hundred are within 5% of those that were", async () => {
  const { context, reader } = await openWorld();
  await writeHistory(context, { seed: 5, from: ago(20 * DAY), to: new Date(), each: 40 });
  await rollUp(context);
  const lengths = (await context.db.execute<{ seconds: number }>("select extract(epoch from ended_at - created_at)::float8 as seconds from sessions where ended_at is not null order by 1")).map(({ seconds }) => seconds);
  const { totals } = await readInsights(reader, { days: 30 });
  for (const [share, told] of [[0.5, totals.medianLength.count], [0.9, totals.p90Length.count]] as const) {
    const was = lengths[Math.ceil(lengths.length * share) - 1] as number;
    expect(Math.abs((told as number) / was - 1), `${share}: ${told} for ${was}`).toBeLessThan(0.05);
  }
});

test("each figure is a table for a spreadsheet, and no formula in it", async () => {
  const { context, reader } = await openWorld();
  await writeHistory(context, { seed: 6, from: ago(5 * DAY), to: new Date() });
  await rollUp(context);
  const insights = await readInsights(reader, { days: 7 });
  for (const figure of figureNames) {
    const [heading, ...lines] = figureAsCsv(insights, figure).trimEnd().split("\r\n");
    expect(lines, figure).toHaveLength(insights.figures[figure].length);
    expect(heading, figure).toMatch(/^"[a-zA-Z ]+"(,"[a-zA-Z0-9 ]+")*$/);
    // Also of one that has no rows.
    expect(figureAsCsv({ ...insights, figures: { ...insights.figures, [figure]: [] } }, figure), figure).toBe(`${heading}\r\n`);
    for (const line of lines) expect(line, figure).not.toMatch(/(^|,)"[=+@-]/);
  }
  expect(figureAsCsv(insights, "systems")).toContain(`"'=1+1"`);
  expect(figureAsCsv(insights, "failing")).toContain(`"'=cmd|'`);
});

test("who may not see users is not told whose the failures are; who may do nothing is told nothing", async () => {
  const { context } = await openWorld();
  await writeHistory(context, { seed: 8, from: ago(5 * DAY), to: new Date() });
  await rollUp(context);
  await context.db.insert(roles).values({ name: "ANALYST", permissions: ["insights.read"] });
  const analyst = await holding((await userOf(context, "ANALYST")).caller, "insights.read");
  const { figures, totals } = await readInsights(analyst, { days: 7 });
  expect(figures.failing).toEqual([]);
  expect(totals.failed.count).toBeGreaterThan(0);
  await expect(holding((await userOf(context, "USER")).caller, "insights.read")).rejects.toThrow("forbidden");
  expect((await readInsights(await holding((await userOf(context, "SUPPORT")).caller, "insights.read"), { days: 7 })).figures.failing).not.toEqual([]);
});

test("days are 7, 30, 90 or 365, and CSV is of a figure that is named", () => {
  expect(insightsQuery.parse({})).toEqual({ days: 30, format: "json" });
  for (const days of INSIGHT_DAYS) expect(insightsQuery.parse({ days: String(days) }).days).toBe(days);
  for (const bad of [{ days: "8" }, { days: "" }, { format: "csv" }, { figure: "nothing", format: "csv" }, { format: "xml" }, { other: "1" }]) expect(insightsQuery.safeParse(bad).success, JSON.stringify(bad)).toBe(false);
});

test("one's own sign-ins of 90 days are told to oneself, and to who may see both where people are and what they did", async () => {
  const { context, caller, userId } = await openWorld();
  const [someone = ""] = await writeHistory(context, { seed: 9, from: ago(100 * DAY), to: new Date() });
  expect(await listOwnSignInTimes(caller)).toHaveLength(1);
  const [sessions, events] = [await holding(caller, "sessions.read"), await holding(caller, "events.read")];
  const theirs = await listSignInTimes(sessions, events, someone);
  const [{ count } = { count: -1 }] = await context.db.execute<{ count: number }>(`select count(*)::int as count from events where user_id = '${someone}' and type = 'sign_in.succeeded' and at > now() - interval '90 days'`);
  expect(theirs).toHaveLength(count);
  expect(theirs.map(({ at }) => at)).toEqual(theirs.map(({ at }) => at).sort().toReversed());
  expect(await listSignInTimes(sessions, events, "nobody")).toEqual([]);
  expect(await listSignInTimes(sessions, events, userId)).toHaveLength(1);
});

test("PostgreSQL is asked whether it knows the zone", async () => {
  const { context } = await openWorld();
  const known = (TIME_ZONE: string) => knowsZone({ ...context, settings: { ...context.settings, TIME_ZONE } });
  expect(await Promise.all(["UTC", "Europe/Berlin", "europe/berlin", "Europe/Atlantis"].map(known))).toEqual([true, true, true, false]);
});
