import { expect, test } from "vitest";
import { systemContext } from "@/lib/platform/system-context";
import { openTestServices, openTestWorld } from "@/tests/support/context";
import { startPostgresProxy } from "@/tests/support/postgres-proxy";
import { begin, makeUser } from "@/tests/support/sessions";

test("a sign-in takes its locks in the one order that cannot deadlock, and writes its event after its session", async () => {
  const { databaseUrl, redis, context } = await openTestWorld();
  const proxy = await startPostgresProxy(databaseUrl);
  const seen = systemContext(await openTestServices({ DATABASE_URL: proxy.url, REDIS_URL: redis.url, MAX_CONCURRENT_SESSIONS: "20" }));
  const userId = await makeUser(context);
  // New statements and kept ones: they go to PostgreSQL in different ways.
  for (let round = 0; round < 10; round++) {
    const before = proxy.statements();
    await begin(seen, userId);
    const order = proxy.executed().slice(before).map((text) => /^(begin|commit)|(select .* )?(from|into) "(\w+)"/.exec(text)).map((found) => found?.[1] ?? `${found?.[2] ? "lock" : "write"} ${found?.[4]}`);
    expect(order.slice(0, order.indexOf("commit"))).toEqual(["begin", "lock users", "write devices", "lock sessions", "write addresses", "write sessions", "write events"]);
  }
});
