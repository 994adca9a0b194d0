import { setTimeout as sleep } from "node:timers/promises";
import { eq, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { addresses, events, sessions } from "@/db/schema";
import { noteDatabaseHealth } from "@/lib/core/database-health";
import { isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { systemContext } from "@/lib/platform/system-context";
import { authenticate } from "@/lib/sessions/authenticate";
import { beginSession } from "@/lib/sessions/begin-session";
import { renewTrust } from "@/lib/sessions/ledger/renew-trust";
import { watchExpiry } from "@/lib/sessions/watch-expiry";
import { dropCachedUser } from "@/lib/users/cached-user";
import { openTestServices, openTestWorld } from "@/tests/support/context";
import { startInstance } from "@/tests/support/instance";
import { startPostgresProxy } from "@/tests/support/postgres-proxy";
import { startRedisProxy } from "@/tests/support/redis-proxy";
import type { TestRedis } from "@/tests/support/test-redis";
import { begin, makeUser, trust, visitorOf } from "@/tests/support/sessions";

const ELSEWHERE = "198.51.100.7";
const HOME = "192.0.2.1";

async function openWorld() {
  const world = await openTestWorld();
  const postgres = await startPostgresProxy(world.databaseUrl);
  const way = await startRedisProxy(world.redis.url);
  const context = systemContext(await openTestServices({ DATABASE_URL: postgres.url, REDIS_URL: way.url }));
  const keeper = await trust(world.context);
  (await trust(context)).stop();
  const begun = await begin(context, await makeUser(context));
  const { u, s } = begun.credential;
  async function use(address: string, use = true) {
    const before = postgres.statements();
    const identity = await authenticate(visitorOf(context, address), begun.credential, { use });
    if (identity.state !== "authenticated") throw new Error(identity.state);
    return { shown: identity.session.ip.address, statements: postgres.statements() - before };
  }
  async function changes() {
    return (await world.context.db.select().from(events).where(eq(events.type, "session.address_changed"))).length;
  }
  /** Where the record in Redis says that the session is. */
  async function recorded() {
    const { ipId } = JSON.parse(String(await world.redis.command("GET", `session:{${u}}:${s}`)));
    const [row] = await world.context.db.select({ address: addresses.address }).from(addresses).where(eq(addresses.id, ipId));
    return row?.address;
  }
  return { ...world, context, postgres, way, keeper, begun, key: `session:{${u}}:${s}`, use, changes, recorded };
}
type World = Awaited<ReturnType<typeof openWorld>>;

test("a request from another address is noted once: row, record, history and event; the requests after it write nothing", async () => {
  const { use, changes, context, redis, key, begun } = await openWorld();
  await use(HOME);
  expect(await use(HOME)).toEqual({ shown: HOME, statements: 0 });
  await redis.command("EXPIRE", key, "1000");
  expect((await use(ELSEWHERE)).shown).toBe(ELSEWHERE);
  await use(ELSEWHERE);
  for (let request = 0; request < 10; request++) expect(await use(ELSEWHERE)).toEqual({ shown: ELSEWHERE, statements: 0 });
  expect(await changes()).toBe(1);
  const [row] = await context.db.select({ address: sql<string>`(select address from addresses where id = address_id)` }).from(sessions);
  expect(row?.address).toBe(ELSEWHERE);
  expect(JSON.parse(String(await redis.command("GET", key))).userId).toBe(begun.credential.u);
});

test("a session that jumps between two addresses is noted once a minute, and all its requests are let in", async () => {
  const { use, changes } = await openWorld();
  await use(HOME);
  for (let jump = 0; jump < 20; jump++) await use(jump % 2 ? HOME : ELSEWHERE);
  expect(await changes()).toBe(1);
});

test("parallel requests from the new address note it once", async () => {
  const { use, changes } = await openWorld();
  await use(HOME);
  await Promise.all(Array.from({ length: 20 }, () => use(ELSEWHERE)));
  expect(await changes()).toBe(1);
});

test.each([
  ["Redis had forgotten the session", true, (world: { redis: TestRedis; key: string }) => world.redis.command("DEL", world.key)],
  ["Redis had forgotten it, and it is no use", false, (world: { redis: TestRedis; key: string }) => world.redis.command("DEL", world.key)],
  ["Redis does not answer", true, (world: { redis: TestRedis }) => world.redis.kill()],
  ["Redis does not answer, and it is no use", false, (world: { redis: TestRedis }) => world.redis.kill()],
])("a single request from elsewhere is noted when %s", async (_what, isUse, lose) => {
  const world = await openWorld();
  await world.use(HOME);
  await lose(world);
  expect((await world.use(ELSEWHERE, isUse)).shown).toBe(ELSEWHERE);
  expect(await world.changes()).toBe(1);
  const [row] = await world.context.db.select({ address: sql<string>`(select address from addresses where id = address_id)` }).from(sessions);
  expect(row?.address).toBe(ELSEWHERE);
});

test("an open stream, which looks from time to time whether its session lives, is no request from where it was opened", async () => {
  const { context, begun, use, changes } = await openWorld();
  await use(HOME);
  const stop = await watchExpiry(visitorOf(context, ELSEWHERE), begun.credential, () => {});
  stop();
  expect(await changes()).toBe(0);
});

test("a move whose record was not written (the process died, Redis was away) is repaired: soon no request needs SQL again", async () => {
  const { use, context, redis, databaseUrl, begun } = await openWorld();
  await use(HOME);
  // Killed one call later each time, until the row had been written and the record had not.
  let died = false;
  for (let step = 2; step < 12 && !died; step++) {
    const victim = await startInstance({ DATABASE_URL: databaseUrl, REDIS_URL: redis.url });
    await victim.trust();
    await victim.letGo();
    await victim.dieAt(step);
    await victim.authenticate(begun.credential, true, ELSEWHERE).catch(() => {});
    victim.signal("SIGKILL");
    await victim.exited;
    const [row] = await context.db.select({ address: sql<string>`(select address from addresses where id = address_id)` }).from(sessions);
    died = row?.address === ELSEWHERE;
  }
  expect(died).toBe(true);
  // The views in the cache still show the old address; a minute later, or now, they do not.
  await dropCachedUser(context, begun.credential.u);
  for (let request = 0; request < 3; request++) await use(ELSEWHERE);
  const costs = [];
  for (let request = 0; request < 10; request++) costs.push((await use(ELSEWHERE)).statements);
  expect(costs).toEqual(costs.map(() => 0));
});

/** How the row comes to say that the session is elsewhere while the record does not. */
const halves: [string, (world: World) => unknown][] = [
  ["Redis was away", ({ way }) => way.cut()],
  ["Redis had just forgotten it", ({ redis, key }) => redis.command("DEL", key)],
  ["the record was not written in time", ({ way }) => way.delay((piece) => (piece.includes("KEEPTTL") ? 3_600_000 : 0))],
];

/** One request from elsewhere that is noted in the row only; then all is well, and a minute later the views show both addresses. */
async function halfMoved(happens: (world: World) => unknown) {
  const world = await openWorld();
  const { context, way, begun, use, changes, recorded } = world;
  // Its address is shown whatever becomes of the session's own, and so the views never miss it.
  const other = await begin(context, begun.credential.u);
  await use(HOME);
  await happens(world);
  await use(ELSEWHERE);
  way.delay(() => 0);
  await renewTrust(context);
  expect([await changes(), await recorded()]).toEqual([1, HOME]);
  await dropCachedUser(context, begun.credential.u);
  await authenticate(visitorOf(context, HOME), other.credential, { use: true });
  return world;
}

test.each(halves)("where another session is at the old address, the next request finishes a move of which the row knows alone: %s", async (_how, happens) => {
  const { use, changes, recorded } = await halfMoved(happens);
  expect((await use(ELSEWHERE)).shown).toBe(ELSEWHERE);
  expect(await recorded()).toBe(ELSEWHERE);
  expect(await use(ELSEWHERE)).toEqual({ shown: ELSEWHERE, statements: 0 });
  expect(await changes()).toBe(1);
});

test("so does a request in another process, or a minute later, when nobody remembers the move", async () => {
  const { databaseUrl, redis, begun, use, changes, recorded } = await halfMoved(({ way }) => way.cut());
  const other = await startInstance({ DATABASE_URL: databaseUrl, REDIS_URL: redis.url });
  await other.trust();
  await other.authenticate(begun.credential, true, ELSEWHERE);
  expect(await recorded()).toBe(ELSEWHERE);
  expect(await use(ELSEWHERE)).toEqual({ shown: ELSEWHERE, statements: 0 });
  expect(await changes()).toBe(1);
});

test("a move that PostgreSQL could not note is noted with the next request, not a minute later", async () => {
  const { postgres, use, changes } = await openWorld();
  await use(HOME);
  postgres.hold((statement) => {
    if (statement.startsWith('insert into "addresses"')) for (const next of ["cut", "open"] as const) postgres.network(next);
    return 0;
  });
  expect((await use(ELSEWHERE)).shown).toBe(HOME);
  postgres.hold(() => 0);
  await sleep(200);
  expect((await use(ELSEWHERE)).shown).toBe(ELSEWHERE);
  expect(await changes()).toBe(1);
});

test("while PostgreSQL is known to be down nobody waits for it to note a move", async () => {
  const { keeper, use } = await openWorld();
  await use(HOME);
  keeper.stop();
  await sleep(100);
  noteDatabaseHealth({ code: "CONNECTION_CLOSED" });
  expect(await use(ELSEWHERE)).toEqual({ shown: HOME, statements: 0 });
  noteDatabaseHealth(null);
  expect((await use(ELSEWHERE)).shown).toBe(ELSEWHERE);
});

test("without Redis a session that jumps between two addresses is still noted once a minute", async () => {
  const { way, use, changes } = await openWorld();
  await use(HOME);
  way.cut();
  for (let jump = 0; jump < 10; jump++) await use(jump % 2 ? HOME : ELSEWHERE);
  expect(await changes()).toBe(1);
});

test("a sign-in that replaces a session while a request of it moves it to the same address does not wait for it in a circle", async () => {
  const { context } = await openTestWorld();
  await trust(context);
  let slowest = 0;
  for (let round = 0; round < 30; round++) {
    const prior = await begin(context, await makeUser(context));
    const from = visitorOf(context, ELSEWHERE);
    const began = performance.now();
    const [begun] = await Promise.all([
      sleep(Math.random() * 6).then(() => beginSession(from, { userId: prior.credential.u, ways: 0, browserId: newId(), remember: false, prior: prior.credential, client: "browser" })),
      sleep(Math.random() * 6).then(() => authenticate(from, prior.credential, { use: true })),
    ]);
    slowest = Math.max(slowest, performance.now() - began);
    expect(isFailure(begun)).toBe(false);
  }
  // PostgreSQL looks for a circle after a second.
  expect(slowest).toBeLessThan(900);
});
