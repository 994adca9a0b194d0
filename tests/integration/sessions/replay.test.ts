import { expect, test } from "vitest";
import { query } from "@/scripts/servers/query";
import { endSession } from "@/lib/sessions/end-session";
import { openTestWorld } from "@/tests/support/context";
import { begin, makeUser, ownerOf, trust } from "@/tests/support/sessions";

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
