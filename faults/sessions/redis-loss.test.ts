import { setTimeout as sleep } from "node:timers/promises";
import { eq, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { redisMemory, sessions } from "@/db/schema";
import { isFailure } from "@/lib/core/errors";
import { endAllSessions } from "@/lib/sessions/end-all-sessions";
import { endSession } from "@/lib/sessions/end-session";
import { sweep } from "@/lib/sessions/ledger/sweep";
import { openTestWorld } from "@/tests/support/context";
import { rounds } from "@/tests/support/rounds";
import { startTestRedis, type TestRedis } from "@/tests/support/test-redis";
import { begin, makeUser, ownerOf, trust } from "@/tests/support/sessions";
import { openProcesses, type Processes, until, usesOf } from "./processes";
import { useSteadily } from "./steady-use";

async function beginMany(processes: Processes, count: number) {
  return Promise.all(Array.from({ length: count }, async () => begin(processes.context, await makeUser(processes.context))));
}

test("an emptied Redis throws nobody out: everyone in steady use stays signed in, in both processes", async () => {
  const processes = await openProcesses();
  const begun = await beginMany(processes, 8);
  const ended = await beginMany(processes, 2);
  for (const one of ended) expect(isFailure(await endSession(ownerOf(processes.context, one), one.credential.s))).toBe(false);
  const live = useSteadily(processes.ways, begun.map(({ credential }) => credential));
  const dead = useSteadily(processes.ways, ended.map(({ credential }) => credential));
  for (let round = 0; round < rounds(60); round++) {
    await sleep(Math.random() * 300);
    await processes.redis.command("FLUSHALL");
  }
  await sleep(200);
  expect(await live.stop()).toMatchObject({ anonymous: 0, unknown: 0 });
  const { authenticated, slowest } = await dead.stop();
  expect(authenticated).toBe(0);
  expect(slowest).toBeLessThan(5_000);
});

test("Redis killed and started empty, again and again, throws nobody out and brings nobody back", async () => {
  const processes = await openProcesses();
  const begun = await beginMany(processes, 8);
  const ended = await beginMany(processes, 2);
  for (const one of ended) expect(isFailure(await endSession(ownerOf(processes.context, one), one.credential.s))).toBe(false);
  const live = useSteadily(processes.ways, begun.map(({ credential }) => credential));
  const dead = useSteadily(processes.ways, ended.map(({ credential }) => credential));
  for (let round = 0; round < rounds(20); round++) {
    await sleep(Math.random() * 200);
    await processes.redis.kill();
    await sleep(Math.random() * 500);
    await processes.redis.start();
    if (round % 2) await processes.trusted();
  }
  await processes.trusted();
  await sleep(100);
  const seen = await live.stop();
  expect(seen).toMatchObject({ anonymous: 0, unknown: 0 });
  expect(seen.slowest).toBeLessThan(5_000);
  expect((await dead.stop()).authenticated).toBe(0);
  for (const { credential } of begun) expect(await processes.redis.command("GET", `session:{${credential.u}}:${credential.s}`)).toContain("secretHash");
});

test("a session whose projection had passed when Redis was emptied is at worst unknown for a moment, never signed out", async () => {
  const ttl = 3;
  const processes = await openProcesses({ SESSION_TTL_SECONDS: String(ttl) });
  for (let round = 0; round < rounds(10); round++) {
    const begun = await beginMany(processes, 4);
    const live = useSteadily(processes.ways, begun.map(({ credential }) => credential));
    await sleep(ttl * 1000 + 300);
    // Nothing has swept: PostgreSQL believes that all of them expired 300 ms ago.
    if (round % 2) await processes.redis.command("FLUSHALL");
    else {
      await processes.redis.kill();
      await processes.redis.start();
    }
    await processes.trusted();
    await sleep(100);
    const before = live.sofar();
    await sleep(500);
    const seen = await live.stop();
    expect(seen.anonymous).toBe(0);
    expect(seen.unknown - before.unknown).toBe(0);
    expect(seen.authenticated).toBeGreaterThan(before.authenticated);
  }
});

/** One session for each way to end, ended so; then only `live` lives. */
async function endInEveryWay(processes: Processes) {
  const { context } = processes;
  const owner = await makeUser(context);
  const [live, one, all, another, limit] = [await begin(context, owner), await begin(context, owner), await begin(context, await makeUser(context)), await begin(context, owner), await begin(context, owner)];
  const short = await begin(context, await makeUser(context));
  const snapshot = await processes.redis.snapshot();
  const acknowledged = [
    await endSession(ownerOf(context, live), one.credential.s),
    await endAllSessions(ownerOf(context, all), { keepCurrent: false }),
    await processes.other.end(another.credential, another.credential.s),
  ];
  for (const end of acknowledged) expect(isFailure(end)).toBe(false);
  const crowded = { ...context, settings: { ...context.settings, MAX_CONCURRENT_SESSIONS: 2 } };
  // The least recently used of `live` and `limit` has to go.
  await usesOf(context)(live.credential);
  const newest = await begin(crowded, owner);
  await context.db.update(sessions).set({ absoluteExpiresAt: sql`clock_timestamp()`, checkDueAt: sql`clock_timestamp()` }).where(eq(sessions.id, short.credential.s));
  await sweep(context);
  return { snapshot, live: [live, newest], ended: [one, all, another, limit, short] };
}

test("an old snapshot brings nobody back, whatever way the session ended, and throws nobody out", async () => {
  const processes = await openProcesses();
  for (let round = 0; round < rounds(20); round++) {
    const { snapshot, live, ended } = await endInEveryWay(processes);
    const dead = useSteadily(processes.ways, ended.map(({ credential }) => credential), 5);
    const alive = useSteadily(processes.ways, live.map(({ credential }) => credential), 5);
    await processes.redis.kill();
    // Ended while there is no Redis: committed, and not acknowledged.
    const late = live.pop()!;
    await alive.stop();
    expect(await endSession(ownerOf(processes.context, late), late.credential.s)).toMatchObject({ failure: "unavailable" });
    const lateUse = useSteadily(processes.ways, [late.credential], 5);
    const again = useSteadily(processes.ways, live.map(({ credential }) => credential), 5);
    await processes.redis.start(snapshot);
    await processes.trusted();
    await sleep(50);
    expect((await dead.stop()).authenticated).toBe(0);
    expect((await lateUse.stop()).authenticated).toBe(0);
    expect(await again.stop()).toMatchObject({ anonymous: 0, unknown: 0 });
  }
});

test.each(["older", "missing"])("a snapshot from long before the end brings nobody back: its watermark is %s", async (watermark) => {
  const { context, redis, services } = await openTestWorld();
  const keeper = await trust(context);
  const begun = await begin(context, await makeUser(context));
  const snapshot = await redis.snapshot();
  expect(isFailure(await endSession(ownerOf(context, begun), begun.credential.s))).toBe(false);
  keeper.stop();
  await redis.kill();
  await redis.start(snapshot);
  // As if the end were 10 minutes ago and the snapshot 20: neither is within what replay always covers.
  await context.db.update(sessions).set({
    endedAt: sql`ended_at - interval '10 minutes'`,
    endRecordedAt: sql`end_recorded_at - interval '10 minutes'`,
  });
  if (watermark === "missing") await redis.command("DEL", "latchkey:watermark");
  else await redis.command("SET", "latchkey:watermark", String(Date.now() - 20 * 60_000));
  expect(String(await redis.command("GET", `session:{${begun.credential.u}}:${begun.credential.s}`))).toContain("secretHash");
  await trust(context);
  expect(services.redis.connection?.trusted).toBe(true);
  expect(await redis.command("GET", `session:{${begun.credential.u}}:${begun.credential.s}`)).toContain('{"ended":"signed_out"');
  expect((await usesOf(context)(begun.credential)).state).toBe("anonymous");
});

test("replays of two processes that cross each other find no loss where there was none", async () => {
  const { context, keeper, other } = await openProcesses();
  await other.trust();
  const [before] = await context.db.select().from(redisMemory);
  for (let round = 0; round < 10 * rounds(60); round++) await Promise.all([keeper.once(), other.trust()]);
  const [after] = await context.db.select().from(redisMemory);
  expect(after?.lostAt).toEqual(before?.lostAt);
});

test("a Redis that turns into a replica is not believed, and neither is one that was a replica from the start", async () => {
  const first = await openTestWorld();
  const second = await openTestWorld();
  const begun = await begin(first.context, await makeUser(first.context));
  const keeper = await trust(first.context);
  await first.redis.command("CONFIG", "SET", "masterauth", "test");
  await first.redis.command("REPLICAOF", "127.0.0.1", String(second.redis.port));
  expect((await usesOf(first.context)(begun.credential)).state).toBe("authenticated");
  expect(await endSession(ownerOf(first.context, begun), begun.credential.s)).toMatchObject({ failure: "unavailable" });
  await expect(keeper.once()).rejects.toThrow();
  expect(first.services.redis.connection?.trusted ?? false).toBe(false);
  expect((await usesOf(first.context)(begun.credential)).state).toBe("anonymous");
  await first.redis.command("REPLICAOF", "NO", "ONE");
  await until(() => keeper.once());
  expect((await usesOf(first.context)(begun.credential)).state).toBe("anonymous");
  expect(isFailure(await endSession(ownerOf(first.context, begun), begun.credential.s))).toBe(false);
});

test("a Redis without memory left: the end is not acknowledged, but the record is gone, and tombstones stay", async () => {
  const { context, redis, services } = await openTestWorld();
  const keeper = await trust(context);
  const userId = await makeUser(context);
  const [gone, kept, ender] = [await begin(context, userId), await begin(context, userId), await begin(context, userId)];
  expect(isFailure(await endSession(ownerOf(context, ender), gone.credential.s))).toBe(false);
  await redis.command("CONFIG", "SET", "maxmemory", "1");
  expect(await endSession(ownerOf(context, ender), kept.credential.s)).toMatchObject({ failure: "unavailable" });
  expect(await redis.command("GET", `session:{${userId}}:${kept.credential.s}`)).toBeNull();
  expect(await redis.command("GET", `session:{${userId}}:${gone.credential.s}`)).toContain('{"ended":');
  for (const { credential } of [gone, kept]) expect((await usesOf(context)(credential)).state).toBe("anonymous");
  expect((await usesOf(context)(ender.credential)).state).toBe("authenticated");
  await redis.command("CONFIG", "SET", "maxmemory", "0");
  await until(() => keeper.once());
  expect(services.redis.connection?.trusted).toBe(true);
  expect(isFailure(await endSession(ownerOf(context, ender), kept.credential.s))).toBe(false);
});

test("a Redis without memory left forgets no last use: the ledger has it exactly when there is memory again", async () => {
  const { context, redis } = await openTestWorld();
  const keeper = await trust(context);
  const userId = await makeUser(context);
  const [used, ender] = [await begin(context, userId), await begin(context, userId)];
  await sleep(100);
  const from = Date.now();
  await usesOf(context)(used.credential);
  const to = Date.now();
  await sleep(100);
  await redis.command("CONFIG", "SET", "maxmemory", "1");
  expect(await endSession(ownerOf(context, ender), used.credential.s)).toMatchObject({ failure: "unavailable" });
  await redis.command("CONFIG", "SET", "maxmemory", "0");
  await until(() => keeper.once());
  const [row] = await context.db.select().from(sessions).where(eq(sessions.id, used.credential.s));
  expect(row).toMatchObject({ endSettled: true, lastSeenIsBound: false });
  expect(row!.lastSeenAt.getTime()).toBeGreaterThanOrEqual(from - 20);
  expect(row!.lastSeenAt.getTime()).toBeLessThanOrEqual(to + 20);
  expect(await redis.command("KEYS", "aside:*")).toEqual([]);
});

test("an end right after Redis was emptied waits for the replay that it causes; while Redis is away nobody waits", async () => {
  const { context, redis } = await openTestWorld({ MAX_CONCURRENT_SESSIONS: "100" });
  await trust(context);
  const userId = await makeUser(context);
  const ender = await begin(context, userId);
  for (let round = 0; round < rounds(50); round++) {
    const begun = await Promise.all(Array.from({ length: 3 }, () => begin(context, userId)));
    await redis.command("FLUSHALL");
    // Who is asked first finds the loss, and then the end has no connection to begin with.
    if (round % 2) await usesOf(context)(ender.credential);
    const ended = await Promise.all(begun.map(({ credential }) => endSession(ownerOf(context, ender), credential.s)));
    expect(ended.filter(isFailure)).toEqual([]);
    for (const { credential } of begun) expect(await redis.command("GET", `session:{${userId}}:${credential.s}`)).toContain('{"ended":');
  }
  await redis.kill();
  for (const what of ["the first to notice", "later"]) {
    const started = performance.now();
    expect(await endSession(ownerOf(context, ender), ender.credential.s), what).toMatchObject({ failure: "unavailable" });
    expect(performance.now() - started, what).toBeLessThan(1_000);
  }
});

test("a server that takes over another's data under an open connection is told again of every end", async () => {
  const { context, redis } = await openTestWorld();
  const keeper = await trust(context);
  keeper.stop();
  const other = await startTestRedis();
  for (const server of [redis, other]) await server.command("CONFIG", "SET", "masterauth", "test");
  async function follow(follower: TestRedis, leader: TestRedis) {
    await follower.command("REPLICAOF", "127.0.0.1", String(leader.port));
    await until(async () => expect(await follower.command("INFO", "replication")).toContain("master_link_status:up"));
    await follower.command("REPLICAOF", "NO", "ONE");
  }
  const begun = await begin(context, await makeUser(context));
  const key = `session:{${begun.credential.u}}:${begun.credential.s}`;
  await keeper.once();
  await follow(other, redis);
  const connection = context.redis.connection;
  expect(isFailure(await endSession(ownerOf(context, begun), begun.credential.s))).toBe(false);
  await follow(redis, other);
  expect(await redis.command("GET", key)).toContain("secretHash");
  await keeper.once();
  expect(context.redis.connection).toBe(connection);
  expect(await redis.command("GET", key)).toContain('{"ended":');
});
