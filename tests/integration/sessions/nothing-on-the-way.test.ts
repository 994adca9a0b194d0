import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { query } from "@/scripts/servers/query";
import { authenticate } from "@/lib/sessions/authenticate";
import { listAccountSessions } from "@/lib/sessions/list-account-sessions";
import { systemContext } from "@/lib/platform/system-context";
import { dropCachedUser, holdCachedUser } from "@/lib/users/cached-user";
import { openTestServices, openTestWorld } from "@/tests/support/context";
import { askWith, beginNative } from "@/tests/support/native";
import { startPostgresProxy } from "@/tests/support/postgres-proxy";
import { startRedisProxy } from "@/tests/support/redis-proxy";
import { rounds } from "@/tests/support/rounds";
import { begin, makeUser, ownerOf, trust, visitorOf } from "@/tests/support/sessions";

/** A process whose traffic with Redis and PostgreSQL is counted on the wire, and nothing else runs beside it. */
async function openCounted(env: Record<string, string> = {}) {
  const world = await openTestWorld({ MAX_CONCURRENT_SESSIONS: "1000", ...env });
  const proxy = await startRedisProxy(world.redis.url);
  const postgres = await startPostgresProxy(world.databaseUrl);
  const counted = systemContext(await openTestServices({ DATABASE_URL: postgres.url, REDIS_URL: proxy.url, MAX_CONCURRENT_SESSIONS: "1000", ...env }));
  for (const context of [world.context, counted]) (await trust(context)).stop();
  await sleep(50);
  async function commands(): Promise<number> {
    const info = String(await world.redis.command("INFO", "commandstats"));
    return [...info.matchAll(/^cmdstat_(\w+).*?calls=(\d+)/gm)]
      .filter(([, name]) => !["info", "auth", "hello", "client", "config", "command"].includes(name as string))
      .reduce((sum, [, , calls]) => sum + Number(calls), 0);
  }
  /** What `work` cost: pieces written to Redis, commands that Redis ran, statements of SQL. */
  async function cost<T>(work: () => Promise<T>): Promise<{ writes: number; commands: number; statements: number; result: T }> {
    const before = { writes: proxy.writes(), commands: await commands(), statements: postgres.statements() };
    const result = await work();
    await sleep(20);
    return { result, writes: proxy.writes() - before.writes, commands: (await commands()) - before.commands, statements: postgres.statements() - before.statements };
  }
  return { ...world, counted, cost };
}

async function manySessions(databaseUrl: string, of: string, count: number) {
  await query(
    databaseUrl,
    `insert into sessions select (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid()))).* from sessions s, generate_series(1, ${count}) where s.id = $1`,
    [of],
  );
}

test.each([1, 100])("an authenticated request is one round trip of two commands and no SQL, with %i sessions of the user", async (count) => {
  const { context, counted, cost, databaseUrl } = await openCounted();
  const userId = await makeUser(context);
  const begun = await begin(context, userId);
  for (let other = 0; other < 20; other++) await begin(context, await makeUser(context));
  if (count > 1) await manySessions(databaseUrl, begun.credential.s, count - 1);
  await authenticate(visitorOf(counted), begun.credential, { use: true });
  for (let request = 0; request < 20; request++) {
    const { result, ...spent } = await cost(() => authenticate(visitorOf(counted), begun.credential, { use: true }));
    expect(result.state).toBe("authenticated");
    expect(spent).toEqual({ writes: 1, commands: 2, statements: 0 });
  }
});

test("a request with an access token is one round trip of three commands and no SQL", async () => {
  const { context, counted, cost } = await openCounted();
  const { tokens } = await beginNative(context, await makeUser(context));
  await askWith(counted, tokens.accessToken);
  for (let request = 0; request < 20; request++) {
    const { result, ...spent } = await cost(() => askWith(counted, tokens.accessToken));
    expect(result.state).toBe("authenticated");
    expect(spent).toEqual({ writes: 1, commands: 3, statements: 0 });
  }
});

test("a change of the user costs the next request one statement, and the one after it none", async () => {
  const { context, counted, cost } = await openCounted();
  const begun = await begin(context, await makeUser(context));
  await authenticate(visitorOf(counted), begun.credential, { use: true });
  await dropCachedUser(context, begun.credential.u);
  const parallel = await cost(() => Promise.all(Array.from({ length: 20 }, () => authenticate(visitorOf(counted), begun.credential, { use: true }))));
  expect(parallel.statements).toBe(1);
  expect(parallel.result.every(({ state }) => state === "authenticated")).toBe(true);
  expect(await cost(() => authenticate(visitorOf(counted), begun.credential, { use: true }))).toMatchObject({ writes: 1, commands: 2, statements: 0 });
});

test("who dies between a commit and its drop leaves no old views: while a change is held each request reads the rows", async () => {
  const { context, counted, cost, databaseUrl } = await openCounted();
  const begun = await begin(context, await makeUser(context));
  const seen = () => cost(() => authenticate(visitorOf(counted), begun.credential, { use: true }));
  await seen();
  await holdCachedUser(context, begun.credential.u);
  expect((await seen()).statements).toBe(1);
  await query(databaseUrl, "update users set name = 'After' where id = $1", [begun.credential.u]);
  expect(await seen()).toMatchObject({ statements: 1, result: { state: "authenticated", user: { name: "After" } } });
  await dropCachedUser(context, begun.credential.u);
  expect((await seen()).statements).toBe(1);
  expect(await seen()).toMatchObject({ statements: 0, result: { user: { name: "After" } } });
});

test.each([1, 100])("the devices page costs two statements and one round trip, with %i sessions", async (count) => {
  const { context, counted, cost, databaseUrl } = await openCounted();
  const begun = await begin(context, await makeUser(context));
  if (count > 1) await manySessions(databaseUrl, begun.credential.s, count - 1);
  // The first use of a connection asks PostgreSQL for its types.
  for (let warm = 0; warm < 3; warm++) await listAccountSessions(ownerOf(counted, begun));
  const { result, writes, statements } = await cost(() => listAccountSessions(ownerOf(counted, begun)));
  expect(result.live).toHaveLength(count);
  expect(statements).toBeLessThanOrEqual(2);
  expect(writes).toBe(1);
});

test("a prefetch slides nothing, admits nothing and writes nothing", async () => {
  const { context, counted, cost, redis } = await openCounted();
  const begun = await begin(context, await makeUser(context));
  const key = `session:{${begun.credential.u}}:${begun.credential.s}`;
  await authenticate(visitorOf(counted), begun.credential, { use: true });
  await redis.command("EXPIRE", key, "1000");
  const seen = await cost(() => authenticate(visitorOf(counted), begun.credential, { use: false }));
  expect(seen).toMatchObject({ writes: 1, commands: 2, statements: 0, result: { state: "authenticated" } });
  expect(Number(await redis.command("TTL", key))).toBeLessThanOrEqual(1_000);
  await redis.command("DEL", key);
  expect((await authenticate(visitorOf(counted), begun.credential, { use: false })).state).toBe("authenticated");
  expect(await redis.command("EXISTS", key)).toBe(0);
});

test("a live session takes at most 700 bytes of Redis' memory", async () => {
  const { context, redis } = await openCounted();
  for (let owner = 0; owner < rounds(100); owner++) {
    const userId = await makeUser(context);
    for (let n = 0; n < 10; n++) await begin(context, userId);
  }
  const keys = (await redis.command("KEYS", "session:*")) as string[];
  expect(keys).toHaveLength(10 * rounds(100));
  let bytes = 0;
  for (const key of keys) bytes += Number(await redis.command("MEMORY", "USAGE", key, "SAMPLES", "0"));
  expect(bytes / keys.length).toBeLessThanOrEqual(700);
});
