import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { events, insightFailing } from "@/db/schema";
import { lockAccess } from "@/lib/access/lock-access";
import { signIn } from "@/lib/auth/sign-in";
import * as locks from "@/lib/core/locks";
import { systemContext } from "@/lib/platform/system-context";
import { rollUp } from "@/lib/insights/roll-up";
import { query } from "@/scripts/servers/query";
import { openTestServices, openTestWorld, type TestWorld } from "@/tests/support/context";
import { startInstance } from "@/tests/support/instance";
import { rounds } from "@/tests/support/rounds";
import { makeUser, trust } from "@/tests/support/sessions";
import { newAccount, newBrowser, PASSWORD, visitor } from "@/tests/integration/auth/account";
import { keptCounts, recount } from "./recount";
import { writeHistory } from "./history";

const { ROLLER_LOCK } = locks;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ago = (time: number) => new Date(Date.now() - time);

/** As if nobody had counted for so long: what was counted last was counted earlier. */
async function later({ databaseUrl }: TestWorld, hours = 2): Promise<void> {
  await query(databaseUrl, "update insight_days set counted_at = counted_at - make_interval(hours => $1), looked_at = looked_at - make_interval(hours => $1)", [hours]);
}

/** The first day that somebody who did not count for a day or two may count again. */
function firstOpen(): string {
  return ago(4 * DAY).toISOString().slice(0, 10);
}

test("what is kept is what the ledger and the events tell, whatever the operator's zone", async () => {
  for (const zone of ["UTC", "Pacific/Auckland", "America/St_Johns"]) {
    const { context } = await openTestWorld({ TIME_ZONE: zone });
    await writeHistory(context, { seed: zone.length, from: ago(12 * DAY), to: new Date() });
    expect(await rollUp(context)).toBeGreaterThan(11);
    expect(await keptCounts(context), zone).toEqual(await recount(context));
  }
});

test("history that goes on, late events, and counts that are repeated or that nobody made for a while: the figures are those of a recount", async () => {
  for (let round = 0; round < rounds(5); round++) {
    const world = await openTestWorld({ TIME_ZONE: "Europe/Berlin" });
    await writeHistory(world.context, { seed: 100 + round, from: ago(6 * DAY), to: ago(DAY) });
    await rollUp(world.context);
    for (let step = 0; step < 3; step++) {
      // Of yesterday and today, written now.
      await writeHistory(world.context, { seed: 200 + 10 * round + step, from: ago(1.5 * DAY), to: new Date(), people: 2 });
      await later(world);
      for (let again = 0; again < 1 + (step % 2); again++) await rollUp(world.context);
      expect(await keptCounts(world.context), `round ${round}, step ${step}`).toEqual(await recount(world.context));
    }
  }
});

test("a closed day stands: what comes later than two days after it is not in it, and what is deleted stays, as counts only", async () => {
  const world = await openTestWorld();
  const [someone = ""] = await writeHistory(world.context, { seed: 7, from: ago(9 * DAY), to: new Date() });
  await rollUp(world.context);
  const before = await keptCounts(world.context);
  await query(world.databaseUrl, "insert into events (id, type, actor, at) values (gen_random_uuid(), 'sign_in.failed', 'user', now() - interval '5 days')");
  await query(world.databaseUrl, "delete from sessions where created_at < now() - interval '4 days'");
  await query(world.databaseUrl, "delete from devices where first_seen_at < now() - interval '4 days'");
  await query(world.databaseUrl, "delete from events where at < now() - interval '4 days'");
  await query(world.databaseUrl, "delete from outgoing_mails");
  await query(world.databaseUrl, "delete from users where id = $1", [someone]);
  for (const hours of [2, 30]) {
    await later(world, hours);
    await rollUp(world.context);
  }
  const after = await keptCounts(world.context);
  const open = firstOpen();
  const closed = (counts: typeof after) => Object.entries(counts).filter(([name]) => (name.split(" ")[1] as string) < open);
  expect(closed(after)).toEqual(closed(before));
  // Of the open days too: all but what a device is, which goes with it, and what is live.
  const flows = (counts: typeof after) => Object.entries(counts).filter(([name]) => !/^(devices|browsers|systems|kinds|apps|live) /.test(name));
  expect(flows(after)).toEqual(flows(before));
  expect(await query(world.databaseUrl, "select user_id from insight_people where user_id = $1 union select user_id from insight_failures where user_id = $1", [someone])).toEqual([]);
});

test("what a client calls itself stays on a closed day only where two accounts had it by then, or everybody knows it", async () => {
  const world = await openTestWorld();
  const [ana, bo] = [await makeUser(world.context), await makeUser(world.context)];
  const begin = async (days: number, userId: string, kind: string, browser: string, os: string) => {
    await query(
      world.databaseUrl,
      `with device as (insert into devices (id, user_id, browser_id, derived_name, browser, os, kind, user_agent) values (gen_random_uuid(), $1, gen_random_uuid(), 'x', $2, $3, $4, 'x') returning id),
        address as (insert into addresses (id, user_id, address) values (gen_random_uuid(), $1, '192.0.2.1') on conflict (user_id, address) do update set address = excluded.address returning id)
       insert into sessions (id, user_id, device_id, address_id, client, secret_hash, ttl_seconds, created_at, last_seen_at, expires_at, absolute_expires_at, checked_at, check_due_at)
       select gen_random_uuid(), $1, device.id, address.id, 'browser', 'x', 60, at, at, now() + interval '1 day', now() + interval '1 day', at, now() + interval '1 day' from device, address, lateral (select now() - make_interval(days => $5) as at) as times`,
      [userId, browser, os, kind, days],
    );
  };
  await begin(9, ana, "app", "anas-own-app 1", "iOS 26.1");
  await begin(9, ana, "app", "Fieldbook 2", "Ana OS");
  await begin(8, ana, "app", "Fieldbook 2", "Windows for Ana");
  await begin(8, bo, "app", "Fieldbook 2", "Windows 11");
  await begin(7, bo, "app", "Fieldbook 2", "Android 4.4.2");
  for (const browser of ["Firefox", "fIREfOX", "fIREfOX"]) await begin(7, ana, "desktop", browser, "Linux");
  await begin(0, ana, "app", "anas-own-app 1", "Ana OS");
  await rollUp(world.context);
  const named = async (figure: string) => (await query<{ told: string }>(world.databaseUrl, "select (current_date - day) || ' ' || key || ' ' || count as told from insight_counts where figure = $1 order by day, key collate \"C\"", [figure])).map(({ told }) => told);
  expect(await named("apps")).toEqual(["9 … 2", "8 Fieldbook 2 2", "7 Fieldbook 2 1", "0 anas-own-app 1 1"]);
  expect(await named("browsers")).toEqual(["7 Firefox 1", "7 … 2"]);
  expect(await named("systems")).toEqual(["9 iOS 26.1 1", "9 … 1", "8 Windows 11 1", "8 … 1", "7 Android 4.4.2 1", "7 Linux 3", "0 Ana OS 1"]);
  expect(await keptCounts(world.context, firstOpen())).toEqual(await recount(world.context, firstOpen()));
  // What an open day still tells goes with the device.
  await query(world.databaseUrl, "delete from users where id = $1", [ana]);
  await later(world);
  await rollUp(world.context);
  expect(await query(world.databaseUrl, "select key from insight_counts where key ~* 'ana|fire'")).toEqual([{ key: "Firefox" }]);
});

test("what devices and erased events say anew on an open day is not counted twice", async () => {
  const world = await openTestWorld();
  await writeHistory(world.context, { seed: 29, from: ago(DAY), to: new Date() });
  await rollUp(world.context);
  await query(world.databaseUrl, "update events set user_id = null, country = null where user_id = (select user_id from events where type = 'sign_in.failed' and country is not null and user_id is not null limit 1)");
  await query(world.databaseUrl, "update devices set kind = 'tablet' where kind = 'mobile'");
  await later(world);
  await rollUp(world.context);
  expect(await keptCounts(world.context)).toEqual(await recount(world.context));
});

test("whose failures they were is kept for a year, and no longer than the events", async () => {
  const world = await openTestWorld();
  const userId = await makeUser(world.context);
  const kept = async () => (await query(world.databaseUrl, "select count from insight_failures order by count")).map(({ count }) => count as number);
  await query(world.databaseUrl, "insert into insight_failures (day, user_id, count) select current_date - days, $1, days from unnest(array[20, 150, 400]) as days", [userId]);
  await rollUp(world.context);
  expect(await kept()).toEqual([20, 150]);
  await rollUp({ ...world.context, settings: { ...world.context.settings, EVENTS_RETENTION_DAYS: 100 } });
  expect(await kept()).toEqual([20]);
});

test("whoever is killed while counting leaves nothing half done, and the next one counts all of it", async () => {
  const world = await openTestWorld();
  await writeHistory(world.context, { seed: 11, from: ago(5 * DAY), to: new Date() });
  for (const step of [2, 9, 23]) {
    const victim = await startInstance({ DATABASE_URL: world.databaseUrl, REDIS_URL: world.redis.url });
    await victim.dieAt(step + Math.floor(Math.random() * 6));
    await expect(victim.rollUp()).rejects.toThrow("died");
    const days = await query<{ day: string }>(world.databaseUrl, "select day::text from insight_days where counted_at is not null order by day");
    const kept = await query<{ day: string }>(world.databaseUrl, "select distinct day::text from insight_counts where figure = 'begun' order by day");
    expect(kept.filter(({ day }) => !days.some((counted) => counted.day === day))).toEqual([]);
  }
  await rollUp(world.context);
  // The hour was one of those who were killed: the next one looks at who only uses a session.
  await later(world);
  await rollUp(world.context);
  await later(world);
  await rollUp(world.context);
  const open = firstOpen();
  expect(await keptCounts(world.context, open)).toEqual(await recount(world.context, open));
  const withoutPeople = (counts: Record<string, number>) => Object.entries(counts).filter(([name]) => !name.startsWith("people"));
  expect(withoutPeople(await keptCounts(world.context))).toEqual(withoutPeople(await recount(world.context)));
});

test("several processes at once count once", async () => {
  const world = await openTestWorld();
  await writeHistory(world.context, { seed: 13, from: ago(5 * DAY), to: new Date() });
  const others = await Promise.all([1, 2].map(() => openTestServices({ DATABASE_URL: world.databaseUrl, REDIS_URL: world.redis.url })));
  const contexts = [world.context, ...others.map(systemContext)];
  for (let turn = 0; turn < 3; turn++) {
    await Promise.all(contexts.map((context) => rollUp(context)));
    await later(world);
  }
  await rollUp(world.context);
  expect(await keptCounts(world.context)).toEqual(await recount(world.context));
});

test("while one counts, no other does", async () => {
  const { context } = await openTestWorld();
  await context.db.transaction(async (db) => {
    await db.execute(`select pg_advisory_xact_lock(${ROLLER_LOCK})`);
    expect(await rollUp(context)).toBe(0);
  });
  expect(await rollUp(context)).toBe(1);
});

test("who changes what somebody may do, and who counts, do not wait for each other", async () => {
  const { context } = await openTestWorld();
  await context.db.transaction(async (db) => {
    await lockAccess({ ...context, db });
    expect(await rollUp(context)).toBe(1);
  });
  expect(new Set(Object.values(locks)).size).toBe(Object.keys(locks).length);
});

test("whoever signs in, or fails to, waits for nothing that is kept for the figures", async () => {
  const { context } = await openTestWorld();
  await trust(context);
  const { email } = await newAccount(context);
  const tables = await context.db.execute<{ name: string }>("select tablename as name from pg_tables where tablename like 'insight\\_%'");
  expect(tables.length).toBeGreaterThan(4);
  await context.db.transaction(async (db) => {
    await db.execute("set local idle_in_transaction_session_timeout = '30s'");
    await db.execute(`lock table ${tables.map(({ name }) => name).join()} in access exclusive mode`);
    expect(await signIn(visitor(context), { email, password: PASSWORD }, newBrowser())).toMatchObject({ session: {} });
    expect(await signIn(visitor(context), { email, password: "seventeen red kettles" }, newBrowser())).toMatchObject({ failure: "invalid_credentials" });
    await expect.poll(async () => (await context.db.select().from(events).where(eq(events.type, "sign_in.failed"))).length).toBe(1);
  });
});

test("who finds another at it before today is counted ranks nobody", async () => {
  const { context } = await openTestWorld();
  const [userId = ""] = await writeHistory(context, { seed: 23, from: ago(4 * DAY), to: new Date() });
  await context.db.insert(insightFailing).values({ days: 7, userId, count: 12_345 });
  let another = () => {};
  let turns = 0;
  let holding: Promise<void> = Promise.resolve();
  const transaction: typeof context.db.transaction = async (...args) => {
    if (++turns === 2) {
      await new Promise<void>((taken) => {
        holding = context.db.transaction(async (db) => {
          await db.execute(`select pg_advisory_xact_lock(${ROLLER_LOCK})`);
          taken();
          await new Promise<void>((done) => (another = done));
        });
      });
    }
    return context.db.transaction(...args);
  };
  const db = new Proxy(context.db, { get: (target, name) => (name === "transaction" ? transaction : (Reflect.get(target, name) as unknown)) });
  expect(await rollUp({ ...context, db })).toBe(1);
  expect(await context.db.select().from(insightFailing)).toMatchObject([{ count: 12_345 }]);
  another();
  await holding;
});

test("what was counted while a clock was ahead is counted again", async () => {
  const world = await openTestWorld();
  await writeHistory(world.context, { seed: 17, from: ago(3 * DAY), to: ago(HOUR) });
  await rollUp(world.context);
  // It said that it was next year, and closed all days as long over.
  await query(world.databaseUrl, "update insight_days set counted_at = counted_at + interval '1 year', looked_at = looked_at + interval '1 year'");
  await writeHistory(world.context, { seed: 18, from: ago(2 * DAY), to: new Date() });
  await rollUp(world.context);
  expect(await keptCounts(world.context)).toEqual(await recount(world.context));
});

test("a day begins and ends where the zone says, on days of 23 and 25 hours too", async () => {
  const world = await openTestWorld({ TIME_ZONE: "Europe/Berlin" });
  // All other days are closed already.
  await query(world.databaseUrl, "insert into insight_days (day, zone, counted_at) select day, 'Europe/Berlin', now() from generate_series(date '2025-01-01', current_date, interval '1 day') as day where day::date not between '2025-03-28' and '2025-03-31' and day::date not between '2025-10-25' and '2025-10-27'");
  const edges = { "2025-03-29": ["2025-03-28T23:00:00.000Z", "2025-03-29T22:59:59.999Z"], "2025-03-30": ["2025-03-29T23:00:00.000Z", "2025-03-30T21:59:59.999Z"], "2025-03-31": ["2025-03-30T22:00:00.000Z"], "2025-10-26": ["2025-10-25T22:00:00.000Z", "2025-10-26T22:59:59.999Z"], "2025-10-27": ["2025-10-26T23:00:00.000Z"] };
  for (const at of Object.values(edges).flat()) await query(world.databaseUrl, "insert into events (id, type, actor, at) values (gen_random_uuid(), 'sign_in.succeeded', 'user', $1)", [at]);
  await rollUp(world.context);
  expect(await query(world.databaseUrl, "select day::text, count::int from insight_counts where figure = 'sign_ins' order by day")).toEqual(Object.entries(edges).map(([day, times]) => ({ day, count: times.length })));
  expect(await query(world.databaseUrl, "select key from insight_counts where figure = 'hours' and day = '2025-10-26' order by key")).toEqual([{ key: "00" }, { key: "23" }]);
});

test("with another zone the open days are cut anew, and the closed ones stand", async () => {
  const world = await openTestWorld();
  await writeHistory(world.context, { seed: 19, from: ago(9 * DAY), to: new Date() });
  await rollUp(world.context);
  const before = await keptCounts(world.context);
  const moved = systemContext(await openTestServices({ DATABASE_URL: world.databaseUrl, REDIS_URL: world.redis.url, TIME_ZONE: "Asia/Tokyo" }));
  await later(world);
  await rollUp(moved);
  const after = await keptCounts(moved);
  const old = ago(4 * DAY).toISOString().slice(0, 10);
  const upTo = (counts: typeof after) => Object.entries(counts).filter(([name]) => (name.split(" ")[1] as string) < old);
  expect(upTo(after)).toEqual(upTo(before));
  const open = ago(DAY).toISOString().slice(0, 10);
  const flows = (counts: typeof after) => Object.entries(counts).filter(([name]) => !/^(people|mails) /.test(name));
  expect(flows(await keptCounts(moved, open))).toEqual(flows(await recount(moved, open)));
});
