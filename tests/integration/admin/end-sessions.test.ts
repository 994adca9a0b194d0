import { setTimeout as sleep } from "node:timers/promises";
import { eq, inArray, sql } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { fillSessions } from "@/bench/fill-sessions";
import { addresses, events, sessions, users } from "@/db/schema";
import type { AdminContext } from "@/lib/access/require-permission";
import { endAnySession } from "@/lib/admin/end-any-session";
import { endMatchingSessions } from "@/lib/admin/end-matching-sessions";
import { endSelectedSessions } from "@/lib/admin/end-selected-sessions";
import { endMatchingInput } from "@/lib/admin/session-filter";
import { listAllEvents } from "@/lib/admin/list-all-events";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { listEvents } from "@/lib/events/list-events";
import { query } from "@/scripts/servers/query";
import { authenticate } from "@/lib/sessions/authenticate";
import type { Begun } from "@/lib/sessions/begin-session";
import { good, holding, PROVEN, userOf } from "@/tests/support/administrators";
import { openTestWorld } from "@/tests/support/context";
import { startRedisProxy } from "@/tests/support/redis-proxy";
import { rounds } from "@/tests/support/rounds";
import { startInstance } from "@/tests/support/instance";
import { begin, makeUser, ownerOf, trust, visitorOf } from "@/tests/support/sessions";
import { writeSession } from "@/tests/support/stories";

async function open() {
  const world = await openTestWorld({ MAX_CONCURRENT_SESSIONS: "100" });
  await trust(world.context);
  const { caller, begun } = await userOf(world.context, "SUPPORT");
  return { ...world, caller, own: begun, admin: await holding(caller, "sessions.end") };
}
type World = Awaited<ReturnType<typeof open>>;

let world: World;
let context: Context;
let admin: AdminContext<"sessions.end">;

beforeAll(async () => {
  world = await open();
  ({ context, admin } = world);
});

const input = (given: Record<string, unknown>) => endMatchingInput.parse({ dryRun: false, ...given });
const stateOf = async ({ credential }: Begun) => (await authenticate(visitorOf(context), credential, { use: true })).state;

async function named(prefix: string, people: number, each = 2): Promise<Begun[]> {
  const begun: Begun[] = [];
  for (let index = 0; index < people; index++) {
    const userId = await makeUser(context);
    await context.db.update(users).set({ name: `${prefix} ${index}` }).where(eq(users.id, userId));
    for (let count = 0; count < each; count++) begun.push(await begin(context, userId));
  }
  return begun;
}

test("one session of somebody else: ended at once, again and again, and the event says who and why", async () => {
  const [begun] = await named("Single", 1, 1);
  if (!begun) throw new Error("none");
  for (let time = 0; time < 2; time++) good(await endAnySession(admin, begun.credential.s, "seen on a stolen laptop"));
  expect(await authenticate(visitorOf(context), begun.credential, { use: true })).toEqual({ state: "anonymous", ended: { reason: "ended_by_admin" } });
  const written = (await context.db.select().from(events).where(eq(events.sessionId, begun.credential.s))).filter(({ type }) => type === "session.ended");
  expect(written).toMatchObject([
    { userId: begun.credential.u, actor: "admin", actorUserId: admin.actor.userId, detail: { reason: "ended_by_admin", note: "seen on a stolen laptop" } },
  ]);
  for (const id of [newId(), "x", begun.credential.s.toUpperCase()]) expect(await endAnySession(admin, id)).toMatchObject({ failure: "not_found" });
});

test("the owner reads that an administrator did it, but neither from where nor what was noted", async () => {
  const [begun] = await named("Owner", 1, 1);
  if (!begun) throw new Error("none");
  good(await endAnySession({ ...admin, request: { ...admin.request, address: "198.51.100.200" } }, begun.credential.s, "internal words"));
  const page = good(await listEvents(ownerOf(context, begun), { limit: 10, type: "session.ended" }));
  expect(page.items).toMatchObject([{ actor: "admin", ip: null, detail: { reason: "ended_by_admin" } }]);
  expect(JSON.stringify(page)).not.toMatch(/internal words|198\.51\.100\.200/);
  const all = good(await listAllEvents(await holding(world.caller, "events.read"), { limit: 10, type: "session.ended", userId: begun.credential.u }));
  expect(all.items).toMatchObject([{ ip: { address: "198.51.100.200" }, user: { id: begun.credential.u }, by: { id: admin.actor.userId }, detail: { note: "internal words" } }]);
});

test("all that match: a dry run says how many of how many and ends nothing; then it ends those and no others", async () => {
  const meant = await named("Match", 7, 3);
  const others = await named("Other", 2);
  expect(good(await endMatchingSessions(admin, input({ q: "match", dryRun: true }), PROVEN))).toEqual({ matched: 21, users: 7, ended: 0 });
  for (const begun of meant) expect(await stateOf(begun)).toBe("authenticated");
  expect(good(await endMatchingSessions(admin, input({ q: "match", dryRun: false, reason: "leaked passwords" }), PROVEN))).toEqual({ matched: 21, users: 7, ended: 21 });
  for (const begun of meant) expect(await stateOf(begun)).toBe("anonymous");
  for (const begun of others) expect(await stateOf(begun)).toBe("authenticated");
  expect(good(await endMatchingSessions(admin, input({ q: "match" }), PROVEN))).toEqual({ matched: 0, users: 0, ended: 0 });
  const bulk = await context.db.select().from(events).where(eq(events.type, "sessions.bulk_ended"));
  expect(bulk).toMatchObject([
    { userId: null, actor: "admin", actorUserId: admin.actor.userId, detail: { filter: { q: "match" }, note: "leaked passwords", matched: 21, users: 7 } },
  ]);
  const ends = await context.db.select().from(events).where(inArray(events.sessionId, meant.map(({ credential }) => credential.s)));
  expect(ends.filter(({ type, detail }) => type === "session.ended" && detail.bulk === bulk[0]?.detail.bulk)).toHaveLength(21);
});

test("never without a filter, and never the caller's own session", async () => {
  for (const given of [{}, { status: "active" }, { status: "all", dryRun: true }, { reason: "because" }]) {
    expect(await endMatchingSessions(admin, input(given), PROVEN), JSON.stringify(given)).toMatchObject({ failure: "invalid_input" });
  }
  const second = await begin(context, admin.actor.userId);
  expect(good(await endMatchingSessions(admin, input({ userId: admin.actor.userId }), PROVEN))).toEqual({ matched: 1, users: 1, ended: 1 });
  expect(await stateOf(second)).toBe("anonymous");
  expect(await stateOf(world.own)).toBe("authenticated");
  expect(good(await endSelectedSessions(admin, [world.own.credential.s], PROVEN))).toEqual({ ended: 0 });
  expect(await stateOf(world.own)).toBe("authenticated");
  for (const bad of [{ status: "ended" }, { dryRun: "yes" }, { ip: "10.0.0.0/99" }, { userId: "x" }, { everything: true }, { reason: "" }, { reason: "x".repeat(201) }]) {
    expect(endMatchingInput.safeParse({ q: "match", dryRun: true, ...bad }).success, JSON.stringify(bad)).toBe(false);
  }
  expect(endMatchingInput.safeParse({ q: "match" }).success, "whether it is a dry run must be said").toBe(false);
});

test("picked sessions end, also some that had ended; nonsense is refused", async () => {
  const picked = await named("Picked", 3, 1);
  good(await endAnySession(admin, picked[0]?.credential.s as string));
  expect(good(await endSelectedSessions(admin, picked.map(({ credential }) => credential.s), PROVEN, "a test"))).toEqual({ ended: 2 });
  for (const begun of picked) expect(await stateOf(begun)).toBe("anonymous");
  for (const bad of [[], ["x"], Array.from({ length: 101 }, newId)]) expect(await endSelectedSessions(admin, bad, PROVEN)).toMatchObject({ failure: "invalid_input" });
});

test("hundreds of sessions of hundreds of users, more than a batch, filtered by country", async () => {
  const at = Date.now() - 86_400_000;
  for (let from = 0; from < 330; from += 66) {
    await Promise.all(Array.from({ length: 66 }, (_, index) => writeSession(context, at, { email: `many-${from + index}@example.org`, country: "IS" })));
  }
  expect(good(await endMatchingSessions(admin, input({ country: "is" }), PROVEN))).toEqual({ matched: 330, users: 330, ended: 330 });
  const left = await context.db.select({ id: sessions.id }).from(sessions).where(eq(sessions.endReason, "ended_by_admin"));
  expect(left.length).toBeGreaterThanOrEqual(330);
});

test("thousands of sessions, more than one call ends in its time: each says how far it came, and asking again goes on until all are dead", async () => {
  const large = await open();
  await fillSessions({ databaseUrl: large.databaseUrl }, 20_000);
  const filter = { ip: "10.0.0.0/8" };
  const [{ live } = { live: 0 }] = await query<{ live: number }>(large.databaseUrl, "select count(*)::int as live from sessions where ended_at is null and secret_hash = id::text");
  const dry = good(await endMatchingSessions(large.admin, input({ ...filter, dryRun: true }), PROVEN));
  expect(dry).toEqual({ matched: live, users: expect.any(Number), ended: 0 });
  let calls = 0;
  for (; ; calls++) {
    const outcome = await endMatchingSessions(large.admin, input(filter), PROVEN);
    if (!isFailure(outcome)) break;
    expect(outcome).toMatchObject({ failure: "unavailable", detail: expect.stringMatching(/^[1-9]\d* sessions have been ended so far\. Ask again/) });
    expect(calls).toBeLessThan(50);
  }
  const rows = await query<{ endReason: string | null; count: number }>(large.databaseUrl, `select end_reason as "endReason", count(*)::int from sessions where secret_hash = id::text group by 1`);
  expect(rows.find(({ endReason }) => endReason === "ended_by_admin")).toMatchObject({ count: live });
  expect(rows.find(({ endReason }) => endReason === null)).toBeUndefined();
  const told = (await large.context.db.select().from(events).where(eq(events.type, "sessions.bulk_ended"))).map(({ detail }) => detail.matched as number);
  expect(Math.max(...told)).toBe(live);
  expect(await large.redis.command("EXISTS", await oneTombstone(large))).toBe(1);
}, 120_000);

async function oneTombstone({ databaseUrl }: World): Promise<string> {
  const [row] = await query<{ userId: string; id: string }>(databaseUrl, `select user_id as "userId", id from sessions where end_reason = 'ended_by_admin' order by ended_at desc limit 1`);
  return `session:{${row?.userId}}:${row?.id}`;
}

test("a caller who loses the permission in the middle ends nothing more", async () => {
  const [begun] = await named("Late", 1, 1);
  const { caller, userId } = await userOf(context, "SUPPORT");
  const before = await holding(caller, "sessions.end");
  await context.db.update(users).set({ role: "USER" }).where(eq(users.id, userId));
  expect(await endMatchingSessions(before, input({ q: "late" }), PROVEN)).toMatchObject({ failure: "forbidden" });
  expect(await endAnySession(before, begun?.credential.s as string)).toMatchObject({ failure: "forbidden" });
  expect(await endSelectedSessions(before, [begun?.credential.s as string], PROVEN)).toMatchObject({ failure: "forbidden" });
  expect(await stateOf(begun as Begun)).toBe("authenticated");
});

test("without Redis it is committed and 503; asked again with Redis it is acknowledged, though nothing matches any more", async () => {
  const down = await open();
  const begun = await begin(down.context, await makeUser(down.context));
  const proxy = await startRedisProxy(down.redis.url);
  const other = await startInstance({ DATABASE_URL: down.databaseUrl, REDIS_URL: proxy.url });
  await other.trust();
  await down.redis.kill();
  await sleep(50);
  expect(await endMatchingSessions(down.admin, input({ userId: begun.credential.u }), PROVEN)).toMatchObject({ failure: "unavailable" });
  expect(await endMatchingSessions(down.admin, input({ userId: begun.credential.u }), PROVEN)).toMatchObject({ failure: "unavailable" });
  await down.redis.start();
  await expect.poll(() => down.context.redis.connection?.trusted, { timeout: 10_000 }).toBe(true);
  expect(good(await endMatchingSessions(down.admin, input({ userId: begun.credential.u }), PROVEN))).toEqual({ matched: 0, users: 0, ended: 0 });
  expect((await other.authenticate(begun.credential)).state).not.toBe("authenticated");
});

test("without Redis, of more users than a batch: says that the first are ended and the rest are not, and asked again ends the rest", async () => {
  const down = await open();
  await fillSessions({ databaseUrl: down.databaseUrl }, 1_500);
  await down.redis.kill();
  await sleep(50);
  const refused = await endMatchingSessions(down.admin, input({ q: "person" }), PROVEN);
  expect(refused).toMatchObject({ failure: "unavailable", detail: expect.stringContaining("the rest are as they were") });
  const ended = await down.context.db.selectDistinct({ userId: sessions.userId }).from(sessions).where(eq(sessions.endReason, "ended_by_admin"));
  expect(ended.length).toBeGreaterThan(0);
  expect(ended.length).toBeLessThanOrEqual(100);
  await down.redis.start();
  await expect.poll(() => down.context.redis.connection?.trusted, { timeout: 10_000 }).toBe(true);
  await expect.poll(async () => isFailure(await endMatchingSessions(down.admin, input({ q: "person" }), PROVEN)), { timeout: 20_000 }).toBe(false);
  expect(good(await endMatchingSessions(down.admin, input({ q: "person", dryRun: true }), PROVEN))).toEqual({ matched: 0, users: 0, ended: 0 });
}, 60_000);

test("against sign-ins: what was there when it was asked is dead when it answers, and what PostgreSQL says is true", async () => {
  for (let round = 0; round < rounds(60); round++) {
    const before = await named(`Race${round}`, 3, 2);
    const owners = [...new Set(before.map(({ credential }) => credential.u))];
    const during = owners.flatMap((userId) => [0, 1].map(async () => {
      await sleep(Math.random() * 15);
      return begin(context, userId);
    }));
    await sleep(Math.random() * 8);
    expect(isFailure(await endMatchingSessions(admin, input({ q: `race${round}` }), PROVEN))).toBe(false);
    for (const begun of before) expect(await stateOf(begun)).toBe("anonymous");
    for (const begun of await Promise.all(during)) {
      const [row] = await context.db.select().from(sessions).where(eq(sessions.id, begun.credential.s));
      expect(await stateOf(begun)).toBe(row?.endedAt === null ? "authenticated" : "anonymous");
    }
  }
});

test("a session that moves to another address at that very moment ends with the rest", async () => {
  const [begun] = await named("Mover", 1, 1);
  if (!begun) throw new Error("none");
  const { u: userId, s: id } = begun.credential;
  const elsewhere = newId();
  await context.db.insert(addresses).values({ id: elsewhere, userId, address: "198.51.100.9" });
  let ending: ReturnType<typeof endMatchingSessions> | undefined;
  await context.db.transaction(async (tx) => {
    await tx.update(sessions).set({ addressId: elsewhere }).where(eq(sessions.id, id));
    ending = endMatchingSessions(admin, input({ userId, ip: "192.0.2.1" }), PROVEN);
    // The transaction itself would be told the same again and again; and it must not be idle for a second.
    const waiting = sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await expect
      .poll(async () => {
        await tx.execute(sql`select 1`);
        return (await context.db.execute(waiting)).length;
      }, { interval: 5, timeout: 5_000 })
      .toBeGreaterThan(0);
  });
  expect(good(await ending)).toEqual({ matched: 1, users: 1, ended: 1 });
  expect(await stateOf(begun)).toBe("anonymous");
});

test("two at once over the same users do not stand in each other's way", async () => {
  const second = await userOf(context, "ADMIN");
  const asSecond = await holding(second.caller, "sessions.end");
  for (let round = 0; round < rounds(40); round++) {
    const meant = await named(`Both${round}`, 5, 2);
    const ids = meant.map(({ credential }) => credential.s).toReversed();
    const outcomes = await Promise.all([endMatchingSessions(admin, input({ q: `both${round}` }), PROVEN), endSelectedSessions(asSecond, ids, PROVEN)]);
    expect(outcomes.map((outcome) => (isFailure(outcome) ? outcome.failure : outcome.ended)).reduce<unknown>((sum, ended) => Number(sum) + Number(ended), 0)).toBe(10);
    for (const begun of meant) expect(await stateOf(begun)).toBe("anonymous");
  }
});
