import { setTimeout as sleep } from "node:timers/promises";
import { eq, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { redisMemory, sessions } from "@/db/schema";
import { isFailure } from "@/lib/core/errors";
import { endAllSessions } from "@/lib/sessions/end-all-sessions";
import { endSession } from "@/lib/sessions/end-session";
import { sweep } from "@/lib/sessions/ledger/sweep";
import { openTestServices, openTestWorld } from "@/tests/support/context";
import { systemContext } from "@/lib/platform/system-context";
import { startRedisProxy } from "@/tests/support/redis-proxy";
import { rounds } from "@/tests/support/rounds";
import { begin, makeUser, ownerOf, trust } from "@/tests/support/sessions";
import { openProcesses, until, usesOf } from "./processes";
import { useSteadily } from "./steady-use";

const FROZEN_SECONDS = Math.max(3, rounds(20));

test(`a Redis that is frozen for ${FROZEN_SECONDS} s throws nobody out, lets nobody ended in, and no answer takes 5 s`, async () => {
  const processes = await openProcesses();
  const { context, redis } = processes;
  const owner = await makeUser(context);
  const [live, during, before] = [await begin(context, owner), await begin(context, owner), await begin(context, owner)];
  expect(isFailure(await endSession(ownerOf(context, live), before.credential.s))).toBe(false);
  const alive = useSteadily(processes.ways, [live.credential]);
  const dead = useSteadily(processes.ways, [before.credential]);
  await sleep(100);
  redis.freeze();
  const started = performance.now();
  expect(await endSession(ownerOf(context, live), during.credential.s)).toMatchObject({ failure: "unavailable" });
  expect(performance.now() - started).toBeLessThan(5_000);
  // Committed: from now on PostgreSQL answers, and it knows.
  const ended = useSteadily(processes.ways, [during.credential]);
  const signedIn = await begin(context, owner);
  const newcomer = useSteadily(processes.ways, [signedIn.credential]);
  await sleep(FROZEN_SECONDS * 1000);
  redis.thaw();
  await processes.trusted();
  await sleep(200);
  for (const use of [alive, newcomer]) {
    const seen = await use.stop();
    expect(seen).toMatchObject({ anonymous: 0, unknown: 0 });
    expect(seen.slowest).toBeLessThan(5_000);
  }
  for (const use of [dead, ended]) expect(await use.stop()).toMatchObject({ authenticated: 0, unknown: 0 });
  expect(await redis.command("GET", `session:{${owner}}:${signedIn.credential.s}`)).toContain("secretHash");
});

test("an end that Redis did not hear of is shut out in every process within one replay of Redis' return", async () => {
  const { context, redis, databaseUrl } = await openTestWorld();
  await trust(context);
  const proxy = await startRedisProxy(redis.url);
  const away = systemContext(await openTestServices({ DATABASE_URL: databaseUrl, REDIS_URL: proxy.url }));
  await trust(away);
  for (let round = 0; round < rounds(20); round++) {
    const begun = await begin(context, await makeUser(context));
    proxy.delay(() => 3_600_000);
    expect(await endSession(ownerOf(away, begun), begun.credential.s)).toMatchObject({ failure: "unavailable" });
    // This process' Redis still has the record. Its own replay, every 2 s, puts the tombstone there.
    await sleep(2_500);
    expect((await usesOf(context)(begun.credential)).state).toBe("anonymous");
    const [row] = await context.db.select().from(sessions).where(eq(sessions.id, begun.credential.s));
    expect(row).toMatchObject({ endReason: "signed_out", endSettled: true, lastSeenIsBound: false });
    proxy.delay(() => 0);
    proxy.cut();
  }
});

test.each([0, 3])("end-all that is tried again is acknowledged only with every tombstone of the first try in place (%s minutes later)", async (minutes) => {
  const { context, redis, databaseUrl } = await openTestWorld();
  const proxy = await startRedisProxy(redis.url);
  const away = systemContext(await openTestServices({ DATABASE_URL: databaseUrl, REDIS_URL: proxy.url }));
  const awayKeeper = await trust(away);
  const userId = await makeUser(context);
  const keeper = await trust(context);
  // The last replay on this connection: as if PostgreSQL had been away since.
  keeper.stop();
  const [home, ...others] = await Promise.all(Array.from({ length: 4 }, () => begin(context, userId)));
  proxy.delay(() => 3_600_000);
  expect(await endAllSessions(ownerOf(away, home!), { keepCurrent: true })).toMatchObject({ failure: "unavailable" });
  awayKeeper.stop();
  const ago = sql.raw(`interval '${minutes} minutes'`);
  await context.db.update(sessions).set({ endRecordedAt: sql`end_recorded_at - ${ago}`, endedAt: sql`ended_at - ${ago}` });
  const past = Date.now() - minutes * 60_000 - 1_000;
  await redis.command("SET", "latchkey:watermark", String(past));
  await context.db.update(redisMemory).set({ nodes: sql`jsonb_set(nodes, '{0,watermark}', to_jsonb(${past}::bigint))` });

  expect(isFailure(await endAllSessions(ownerOf(context, home!), { keepCurrent: true }))).toBe(false);
  for (const { credential } of others) {
    expect(await redis.command("GET", `session:{${userId}}:${credential.s}`)).toContain('{"ended":"ended_all"');
    expect((await usesOf(context)(credential)).state).toBe("anonymous");
  }
  expect((await usesOf(context)(home!.credential)).state).toBe("authenticated");
});

test("without Redis nothing is swept, a passed projection is unknown, an absolute end is an end", async () => {
  const { context, redis } = await openTestWorld({ SESSION_TTL_SECONDS: "1" });
  const keeper = await trust(context);
  const [idle, over] = [await begin(context, await makeUser(context)), await begin(context, await makeUser(context))];
  await context.db.update(sessions).set({ absoluteExpiresAt: sql`created_at + interval '1 second'` }).where(eq(sessions.id, over.credential.s));
  await redis.kill();
  await sleep(1_100);
  await expect(sweep(context)).rejects.toMatchObject({ code: "REDIS_DOWN" });
  expect((await usesOf(context)(idle.credential)).state).toBe("unknown");
  expect(await usesOf(context)(over.credential)).toEqual({ state: "anonymous", ended: { reason: "expired" } });
  await redis.start();
  await until(() => keeper.once());
  // Redis has lost something: PostgreSQL's projection may be too early, so the session gets one ttl from there.
  expect((await usesOf(context)(idle.credential)).state).toBe("authenticated");
  expect((await usesOf(context)(over.credential)).state).toBe("anonymous");
});

test("a session in steady use without Redis writes once in a while, as a bound, and never loses its life", async () => {
  const { context, redis } = await openTestWorld({ SESSION_TTL_SECONDS: "4" });
  await trust(context);
  const begun = await begin(context, await makeUser(context));
  await redis.kill();
  const [before] = await context.db.select().from(sessions);
  const use = useSteadily([usesOf(context)], [begun.credential], 10);
  let writes = 0;
  let last = before!.lastSeenAt.getTime();
  for (const started = Date.now(); Date.now() - started < 5_000; await sleep(20)) {
    const [row] = await context.db.select().from(sessions);
    if (row!.lastSeenAt.getTime() !== last) writes++;
    last = row!.lastSeenAt.getTime();
  }
  expect(await use.stop()).toMatchObject({ anonymous: 0, unknown: 0 });
  const [after] = await context.db.select().from(sessions);
  expect(after!.lastSeenIsBound).toBe(true);
  // ttl / 8 is half a second: at most two writes a second, and the first at once.
  expect(writes).toBeGreaterThan(5);
  expect(writes).toBeLessThanOrEqual(12);
});
