import { expect, test } from "vitest";
import { query } from "@/scripts/servers/query";
import { newDatabase } from "@/tests/support/new-database";
import { startApp } from "@/tests/support/start-app";
import { startTestRedis } from "@/tests/support/test-redis";

test("a process that ends writes first how many refusals of a flood it has left out", async () => {
  const databaseUrl = await newDatabase();
  const app = await startApp({ env: { DATABASE_URL: databaseUrl, REDIS_URL: (await startTestRedis()).url } });
  const refused = () => fetch(`${app.url}/api/auth/signin`, { method: "POST", headers: { origin: "http://elsewhere.example", "content-type": "application/json" }, body: "{}" }).then(({ status }) => status);
  for (let batch = 0; batch < 13; batch++) expect(await Promise.all(Array.from({ length: 10 }, refused))).toEqual(Array.from({ length: 10 }, () => 403));
  await app.end("SIGTERM");
  const events = await query<{ count: number; left: number }>(databaseUrl, "select count(*)::int as count, max((detail->>'leftOut')::int) as left from events where type = 'request.refused'");
  expect(events).toEqual([{ count: 101, left: 30 }]);
});
