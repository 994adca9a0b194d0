import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { insightFailing, users } from "@/db/schema";
import { rollUp } from "@/lib/insights/roll-up";
import { systemContext } from "@/lib/platform/system-context";
import { query } from "@/scripts/servers/query";
import { openTestServices, openTestWorld } from "@/tests/support/context";
import { makeUser } from "@/tests/support/sessions";
import { writeHistory } from "./history";
import { keptCounts } from "./recount";

const DAY = 24 * 3_600_000;
const ago = (time: number) => new Date(Date.now() - time);

test("another zone takes nothing away that cannot be counted again: mails that were dropped, and who was seen", async () => {
  const world = await openTestWorld();
  await writeHistory(world.context, { seed: 31, from: ago(2 * DAY), to: new Date() });
  await rollUp(world.context);
  const userId = await makeUser(world.context);
  await query(world.databaseUrl, "insert into insight_people (day, user_id) values (current_date - 1, $1)", [userId]);
  await query(world.databaseUrl, "delete from outgoing_mails");
  const mails = async () => Object.entries(await keptCounts(world.context)).filter(([name]) => name.startsWith("mails"));
  const before = await mails();
  const moved = systemContext(await openTestServices({ DATABASE_URL: world.databaseUrl, REDIS_URL: world.redis.url, TIME_ZONE: "Asia/Tokyo" }));
  await query(world.databaseUrl, "update insight_days set counted_at = counted_at - interval '2 hours'");
  await rollUp(moved);
  expect(before.length).toBeGreaterThan(0);
  expect(await mails()).toEqual(before);
  expect(await query(world.databaseUrl, "select day from insight_people where user_id = $1", [userId])).toHaveLength(1);
});

test("a day that cannot be counted is put off, and those after it are counted; tried again later, it is", async () => {
  const world = await openTestWorld();
  await writeHistory(world.context, { seed: 37, from: ago(6 * DAY), to: new Date() });
  await query(world.databaseUrl, "create sequence tries");
  await query(world.databaseUrl, "create function fail() returns trigger language plpgsql as $$ begin if new.day = current_date - 5 then perform nextval('tries'); raise exception 'this takes too long' using errcode = '57014'; end if; return new; end $$");
  await query(world.databaseUrl, "create trigger fail before insert on insight_counts for each row execute function fail()");
  const uncounted = async () => (await query<{ day: number }>(world.databaseUrl, "select current_date - day as day from insight_days where counted_at is null order by day")).map(({ day }) => day);
  const days = await rollUp(world.context);
  expect(days).toBeGreaterThan(4);
  expect(await uncounted()).toEqual([5]);
  await rollUp(world.context);
  expect(await query(world.databaseUrl, "select last_value::int as tries from tries")).toEqual([{ tries: 1 }]);
  await query(world.databaseUrl, "drop trigger fail on insight_counts");
  await rollUp(world.context);
  expect(await uncounted()).toEqual([5]);
  await query(world.databaseUrl, "update insight_days set failed_at = failed_at - interval '25 hours'");
  await rollUp(world.context);
  expect(await uncounted()).toEqual([]);
});

test("what was live on a day that was counted when it was just over stands when it is closed; reckoned is it only where nobody looked then", async () => {
  const world = await openTestWorld();
  await writeHistory(world.context, { seed: 41, from: ago(8 * DAY), to: new Date() });
  await rollUp(world.context);
  const before = await keptCounts(world.context);
  const live = async (back: number) => Number((await query(world.databaseUrl, "select count from insight_counts where figure = 'live' and day = current_date - $1::int", [back]))[0]?.count);
  const [four, five] = [await live(4), await live(5)];
  await query(world.databaseUrl, "update insight_counts set count = count + 1000 where figure = 'live' and day = current_date - 4");
  await query(world.databaseUrl, "update insight_counts set count = count + 1000 where figure = 'live' and day = current_date - 5");
  // One was counted an hour after its end, the other at noon.
  await query(world.databaseUrl, "update insight_days set counted_at = (day + 1)::timestamp at time zone 'UTC' + interval '1 hour' where day = current_date - 4");
  await query(world.databaseUrl, "update insight_days set counted_at = day::timestamp at time zone 'UTC' + interval '12 hours' where day = current_date - 5");
  await rollUp(world.context);
  expect([await live(4), await live(5)]).toEqual([four + 1000, five]);
  const flows = (counts: typeof before) => Object.entries(counts).filter(([name]) => !name.startsWith("live"));
  expect(flows(await keptCounts(world.context))).toEqual(flows(before));
});

test("who was there is forgotten in bounded statements, however many days nobody did", async () => {
  const world = await openTestWorld();
  const userId = await makeUser(world.context);
  await query(world.databaseUrl, "create function bound() returns trigger language plpgsql as $$ begin if (select count(*) from gone) > 10000 then raise exception 'too many at once'; end if; return null; end $$");
  for (const table of ["insight_people", "insight_failures"]) await query(world.databaseUrl, `create trigger bound after delete on ${table} referencing old table as gone for each statement execute function bound()`);
  await query(world.databaseUrl, "insert into insight_people (day, user_id) select current_date - days, $1 from generate_series(20, 25000) as days", [userId]);
  await query(world.databaseUrl, "insert into insight_failures (day, user_id, count) select current_date - days, $1, 1 from generate_series(360, 25000) as days", [userId]);
  await rollUp(world.context);
  expect(await query(world.databaseUrl, "select (select count(*) from insight_people)::int as people, (select count(*) from insight_failures)::int as failures")).toEqual([{ people: 14, failures: 6 }]);
});

test("whoever is ranked, and just being erased, is waited for by nobody", async () => {
  const world = await openTestWorld();
  const [leaver, other] = [await makeUser(world.context), await makeUser(world.context)];
  for (const userId of [leaver, other]) await query(world.databaseUrl, "insert into insight_failures (day, user_id, count) values (current_date - 1, $1, 5)", [userId]);
  await rollUp(world.context);
  await world.context.db.transaction(async (db) => {
    await db.select().from(users).where(eq(users.id, leaver)).for("update");
    await rollUp(world.context);
    await db.delete(users).where(eq(users.id, leaver));
  });
  expect(await world.context.db.select().from(insightFailing).where(eq(insightFailing.days, 7))).toMatchObject([{ userId: other, count: 5 }]);
});

test("a look that fails keeps nothing from being counted, and is made again within minutes", async () => {
  const world = await openTestWorld();
  const [userId = ""] = await writeHistory(world.context, { seed: 43, from: ago(DAY), to: new Date(), people: 1 });
  const seen = async () => (await query(world.databaseUrl, "select count(*)::int as accounts from insight_counts where figure = 'state' and key = 'accounts'"))[0]?.accounts;
  const db = new Proxy(world.context.db, { get: (target, name) => (name === "select" ? () => { throw new Error("it does not answer"); } : (Reflect.get(target, name) as unknown)) });
  await expect(rollUp({ ...world.context, db })).resolves.toBeGreaterThan(0);
  expect([userId.length, await seen()]).toEqual([36, 0]);
  await rollUp(world.context);
  expect(await seen()).toBe(0);
  await query(world.databaseUrl, "update insight_days set looked_at = looked_at - interval '6 minutes'");
  await rollUp(world.context);
  expect(await seen()).toBe(1);
});
