import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { systemContext } from "@/lib/platform/system-context";
import { authenticate } from "@/lib/sessions/authenticate";
import { query } from "@/scripts/servers/query";
import { openTestServices, openTestWorld } from "@/tests/support/context";
import { startPostgresProxy } from "@/tests/support/postgres-proxy";
import { begin, makeUser, trust, visitorOf } from "@/tests/support/sessions";

/** More than are admitted at once and may wait for it. */
const COUNT = 450;
const AT_ONCE = 25;

test("however many miss at once, each is let in whose row was found open, and the use is noted", async () => {
  const { context, redis, databaseUrl } = await openTestWorld();
  await trust(context);
  const { credential } = await begin(context, await makeUser(context));
  const copies = await query<{ id: string }>(
    databaseUrl,
    `insert into sessions select (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(), 'last_seen_at', now() - interval '5 minutes', 'expires_at', now() + interval '25 minutes'))).*
       from sessions s, generate_series(1, $2::int) where s.id = $1 returning id`,
    [credential.s, COUNT],
  );
  const postgres = await startPostgresProxy(databaseUrl);
  const slow = systemContext(await openTestServices({ DATABASE_URL: postgres.url, REDIS_URL: redis.url }));
  await trust(slow);
  // Admissions are slow until all have come.
  postgres.hold((statement) => (statement.includes("for no key update") ? 500 : 0));
  const asked: ReturnType<typeof authenticate>[] = [];
  for (let next = 0; next < COUNT; next += AT_ONCE) {
    for (const { id } of copies.slice(next, next + AT_ONCE)) asked.push(authenticate(visitorOf(slow), { ...credential, s: id }, { use: true }));
    await sleep(20);
  }
  postgres.hold(() => 0);
  const states = (await Promise.all(asked)).map(({ state }) => state);
  expect(states.filter((state) => state !== "authenticated")).toEqual([]);
  // In Redis, or else in PostgreSQL, and then as a bound.
  const [noted] = await query<{ rows: number }>(databaseUrl, "select count(*)::int as rows from sessions where last_seen_is_bound and last_seen_at > now() - interval '1 minute'");
  const records = (await redis.command("KEYS", "session:*")) as string[];
  expect(records.length - 1 + noted!.rows).toBe(COUNT);
  expect(noted!.rows).toBeGreaterThan(0);
});
