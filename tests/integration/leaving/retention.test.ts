import { eq, sql } from "drizzle-orm";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { addresses, devices, events, sessions } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { rollUp } from "@/lib/insights/roll-up";
import { forgetOld } from "@/lib/leaving/forget-old";
import { authenticate } from "@/lib/sessions/authenticate";
import { endAllSessions } from "@/lib/sessions/end-all-sessions";
import { openTestWorld } from "@/tests/support/context";
import { begin, makeUser, ownerOf, trust, visitorOf } from "@/tests/support/sessions";

let context: Context;
let keeping: Context;
let userId: string;

beforeAll(async () => {
  ({ context: keeping } = await openTestWorld({ MAX_CONCURRENT_SESSIONS: "100" }));
  await trust(keeping);
  context = { ...keeping, settings: { ...keeping.settings, EVENTS_RETENTION_DAYS: 100, SESSIONS_RETENTION_DAYS: 100 } };
});

beforeEach(async () => {
  userId = await makeUser(keeping);
});

/** A session that ended so many days ago, on a device of its own. */
async function ended(days: number, more: { ttl?: number; settled?: boolean; reason?: string } = {}): Promise<string> {
  const begun = await begin(keeping, userId);
  await endAllSessions(ownerOf(keeping, begun), { keepCurrent: false });
  const at = sql`now() - make_interval(days => ${days})`;
  const { ttl = 1800, settled = true, reason = "ended_all" } = more;
  await keeping.db
    .update(sessions)
    .set({ endedAt: at, endRecordedAt: at, createdAt: at, lastSeenAt: at, ttlSeconds: ttl, endSettled: settled, endReason: reason as never })
    .where(eq(sessions.id, begun.session.id));
  await keeping.db.execute(sql`update devices set last_seen_at = ${at} where id = ${begun.session.device.id}`);
  return begun.session.id;
}

const left = async () => (await keeping.db.select({ id: sessions.id }).from(sessions).where(eq(sessions.userId, userId))).map(({ id }) => id).sort();
const counts = async () => [(await keeping.db.select().from(devices).where(eq(devices.userId, userId))).length, (await keeping.db.select().from(addresses).where(eq(addresses.userId, userId))).length];

test("without the settings everything is kept", async () => {
  const ids = [await ended(5000)];
  expect(await forgetOld(keeping)).toEqual({ events: 0, sessions: 0, devices: 0, addresses: 0 });
  expect(await left()).toEqual(ids);
});

test("sessions that ended long ago go, and with the last of them the device; live ones and younger ones stay, whatever their age", async () => {
  const young = await ended(90);
  await ended(120);
  await ended(400);
  const live = await begin(keeping, userId);
  await keeping.db.execute(sql`update sessions set created_at = now() - interval '3 years' where id = ${live.session.id}`);
  expect(await forgetOld(context)).toMatchObject({ sessions: expect.any(Number) });
  expect(await left()).toEqual([young, live.session.id].sort());
  expect(await counts()).toEqual([2, 1]);
  expect((await authenticate(visitorOf(keeping), live.credential, { use: true })).state).toBe("authenticated");
});

test("nothing that replay may need: what a record can still be of in some Redis, and whose last use is not copied", async () => {
  const record = await ended(200, { ttl: 300 * 86_400 });
  const unsettled = await ended(200, { settled: false });
  const expired = await ended(200, { ttl: 300 * 86_400, reason: "expired" });
  await keeping.db.execute(sql`update sessions set absolute_expires_at = now() where id = ${expired}`);
  await forgetOld(context);
  expect(await left()).toEqual([record, unsettled].sort());
});

test("nothing of an account that a mail can still take back to before something", async () => {
  const kept = await ended(200);
  await keeping.db.execute(sql`insert into outgoing_mails (id, kind, user_id, number, not_after, link_expires_at) values (gen_random_uuid(), 'new_device', ${userId}, 1, now(), now() + interval '1 day')`);
  await forgetOld(context);
  expect(await left()).toEqual([kept]);
});

test("a device goes only when it was not used for so long and is not trusted", async () => {
  const id = await ended(200);
  await keeping.db.execute(sql`update devices set trusted_until = now() + interval '1 day' where user_id = ${userId}`);
  await forgetOld(context);
  expect([await left(), (await counts())[0]]).toEqual([[], 1]);
  await keeping.db.execute(sql`update devices set trusted_until = null where user_id = ${userId}`);
  await forgetOld(context);
  expect([id.length, (await counts())[0]]).toEqual([36, 0]);
});

test("an address goes when no session tells of it, but not while what is unusual is told by it", async () => {
  await ended(50);
  for (const [last, days] of [[3, 40], [4, 85], [5, 95], [6, 400]]) {
    await keeping.db.execute(sql`insert into addresses (id, user_id, address, last_seen_at) values (gen_random_uuid(), ${userId}, ${`198.51.100.${last}`}::inet, now() - make_interval(days => ${days}::int))`);
  }
  await forgetOld({ ...context, settings: { ...context.settings, SESSIONS_RETENTION_DAYS: 60 } });
  const rows = await keeping.db.select({ address: addresses.address }).from(addresses).where(eq(addresses.userId, userId)).orderBy(addresses.address);
  expect(rows.map(({ address }) => address)).toEqual(["192.0.2.1", "198.51.100.3", "198.51.100.4"]);
});

test("events go by their age, in batches, and by several processes at once each is gone once", async () => {
  await keeping.db.execute(sql`
    insert into events (id, user_id, type, at, actor) select gen_random_uuid(), ${userId}, 'profile.changed', now() - make_interval(days => case when n % 2 = 0 then 50 else 150 end), 'user' from generate_series(1, 2600) n`);
  const done = await Promise.all([forgetOld(context), forgetOld(context), forgetOld(context)]);
  // Who finds another at it leaves the rest to that one.
  expect(done.reduce((sum, { events: count }) => sum + count, 0)).toBeLessThanOrEqual(1300 + 50);
  await forgetOld(context);
  expect((await keeping.db.select({ id: events.id }).from(events).where(eq(events.userId, userId))).length).toBe(1300);
});

test("what is in no figure yet stays for a week more, and goes when it is counted", async () => {
  const { context: fresh } = await openTestWorld({ EVENTS_RETENTION_DAYS: "100", SESSIONS_RETENTION_DAYS: "100" });
  for (const days of [103, 120]) await fresh.db.execute(sql`insert into events (id, type, at, actor) values (gen_random_uuid(), 'sign_in.failed', now() - make_interval(days => ${days}), 'user')`);
  expect(await forgetOld(fresh)).toMatchObject({ events: 1 });
  expect(await forgetOld(fresh)).toMatchObject({ events: 0 });
  await rollUp(fresh);
  expect(await forgetOld(fresh)).toMatchObject({ events: 1 });
});
