import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { query } from "@/scripts/servers/query";
import { endSession } from "@/lib/sessions/end-session";
import { sweep } from "@/lib/sessions/ledger/sweep";
import { systemContext } from "@/lib/platform/system-context";
import { openTestServices, openTestWorld } from "@/tests/support/context";
import { startPostgresProxy } from "@/tests/support/postgres-proxy";
import { startRedisProxy } from "@/tests/support/redis-proxy";
import { begin, makeUser, ownerOf, trust } from "@/tests/support/sessions";
import type { TestRedis } from "@/tests/support/test-redis";

/** Copies of a session, the first of which ended `days` ago and each other a second after the one before. */
async function copyEnded(databaseUrl: string, id: string, count: number, days: number, ttlDays: number): Promise<string[]> {
  const rows = await query<{ id: string }>(
    databaseUrl,
    `insert into sessions select (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(), 'ttl_seconds', $4::int * 86400,
       'ended_at', at, 'end_recorded_at', at))).* from sessions s, (select now() - make_interval(days => $3) + make_interval(secs => n) as at
       from generate_series(1, $2::int) n) ends where s.id = $1 returning id`,
    [id, count, days, ttlDays],
  );
  return rows.map((row) => row.id);
}

test("an empty Redis gets a tombstone for each end that can still matter, however many lie before and between them, and no other", async () => {
  const { context, redis, databaseUrl } = await openTestWorld();
  (await trust(context)).stop();
  const begun = await begin(context, await makeUser(context));
  await endSession(ownerOf(context, begun), begun.credential.s);
  const { u, s } = begun.credential;
  const long = await copyEnded(databaseUrl, s, 3, 300, 400);
  await copyEnded(databaseUrl, s, 12_000, 200, 7);
  long.push(...(await copyEnded(databaseUrl, s, 250, 100, 400)));
  await copyEnded(databaseUrl, s, 10_500, 50, 7);
  const late = await copyEnded(databaseUrl, s, 450, 1, 7);
  await redis.command("FLUSHALL");
  (await trust(context)).stop();
  const keys = (await redis.command("KEYS", "session:*")) as string[];
  expect(keys.sort()).toEqual([s, ...long, ...late].map((id) => `session:{${u}}:${id}`).sort());
});

test("what it takes to trust an empty Redis does not grow with what ended long ago", async () => {
  const { context, redis, databaseUrl } = await openTestWorld();
  (await trust(context)).stop();
  const begun = await begin(context, await makeUser(context));
  await endSession(ownerOf(context, begun), begun.credential.s);
  await copyEnded(databaseUrl, begun.credential.s, 40_000, 200, 7);
  await query(databaseUrl, "vacuum analyze sessions");
  const read = "select (coalesce(idx_tup_fetch, 0) + seq_tup_read)::int as rows from pg_stat_user_tables where relname = 'sessions'";
  const [before] = await query<{ rows: number }>(databaseUrl, read);

  const postgres = await startPostgresProxy(databaseUrl);
  await redis.command("FLUSHALL");
  (await trust(systemContext(await openTestServices({ DATABASE_URL: postgres.url, REDIS_URL: redis.url })))).stop();
  expect(postgres.executed().filter((statement) => statement.includes('"sessions"'))).toHaveLength(1);
  await query(databaseUrl, "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'latchkey' and datname = current_database()");
  // PostgreSQL counts what a connection has read when it ends.
  await expect.poll(async () => (await query<{ rows: number }>(databaseUrl, read))[0]!.rows - before!.rows, { timeout: 5_000 }).toBeGreaterThan(0);
  expect((await query<{ rows: number }>(databaseUrl, read))[0]!.rows - before!.rows).toBeLessThan(1_000);
});

/** How many scripts `work` runs in Redis. */
async function scriptsOf(redis: TestRedis, work: () => Promise<unknown>): Promise<number> {
  const calls = async () => Number(/^cmdstat_eval:calls=(\d+)/m.exec(String(await redis.command("INFO", "commandstats")))?.[1] ?? 0);
  const before = await calls();
  await work();
  return (await calls()) - before;
}

test("a replay puts each tombstone once a process, what expired not at all, and all that matters again after a loss", async () => {
  const { context, redis, databaseUrl } = await openTestWorld({ MAX_CONCURRENT_SESSIONS: "100" });
  const own = await trust(context);
  own.stop();
  const elsewhere = systemContext(await openTestServices({ DATABASE_URL: databaseUrl, REDIS_URL: redis.url }));
  const others = await trust(elsewhere);
  others.stop();
  const userId = await makeUser(context);
  const begun = await Promise.all(Array.from({ length: 12 }, () => begin(context, userId)));
  const short = { ...context, settings: { ...context.settings, SESSION_TTL_SECONDS: 1 } };
  await Promise.all(Array.from({ length: 20 }, () => begin(short, userId)));
  await sleep(1_100);
  expect((await sweep(context)).expired).toBe(20);
  for (const one of begun) await endSession(ownerOf(context, one), one.credential.s);

  // Each replay moves the watermark by one more script.
  expect(await scriptsOf(redis, () => own.once()), "whose ends they are").toBe(1);
  expect(await scriptsOf(redis, () => others.once()), "who hears of them first").toBe(12 + 1);
  expect(await scriptsOf(redis, () => others.once()), "who knows them").toBe(1);
  await redis.command("FLUSHALL");
  expect(await scriptsOf(redis, () => own.once()), "who finds the loss").toBe(12 + 1);
  const keys = (await redis.command("KEYS", "session:*")) as string[];
  expect(keys.sort()).toEqual(begun.map(({ credential }) => `session:{${userId}}:${credential.s}`).sort());
});

test("a replay whose connection is lost during its last statement has trusted nothing, and begins again over another", async () => {
  const { redis, databaseUrl } = await openTestWorld();
  const way = await startRedisProxy(redis.url);
  const postgres = await startPostgresProxy(databaseUrl);
  const context = systemContext(await openTestServices({ DATABASE_URL: postgres.url, REDIS_URL: way.url }));
  const keeper = await trust(context);
  keeper.stop();
  const before = context.redis.connection;
  let last = 0;
  postgres.hold((statement) => {
    if (!statement.includes("'{watermark}'") || last++ > 0) return 0;
    way.cut();
    return 200;
  });
  await keeper.once();
  expect(last).toBe(2);
  expect(context.redis.connection).not.toBe(before);
  expect(context.redis.connection?.trusted).toBe(true);
  expect(before?.trusted).toBe(false);
});
