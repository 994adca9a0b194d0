import { expect, test } from "vitest";
import { newDatabase } from "@/tests/support/new-database";
import { startApp } from "@/tests/support/start-app";
import { startTestPostgres } from "@/tests/support/test-postgres";
import { startTestRedis } from "@/tests/support/test-redis";

async function readiness(url: string) {
  const started = Date.now();
  const response = await fetch(`${url}/api/ready`);
  return { status: response.status, took: Date.now() - started, body: (await response.json()) as Record<string, string> };
}

test("says which server does not answer, within 5 s, and comes back by itself", async () => {
  const postgres = await startTestPostgres();
  const redis = await startTestRedis();
  const app = await startApp({ env: { DATABASE_URL: postgres.url, REDIS_URL: redis.url } });

  for (const [server, name] of [[redis, "redis"], [postgres, "postgres"]] as const) {
    server.freeze();
    await expect.poll(async () => (await readiness(app.url)).body[name], { timeout: 10_000 }).toBe("down");
    const frozen = await readiness(app.url);
    expect(frozen.status).toBe(503);
    expect(frozen.took).toBeLessThan(5_000);
    expect((await fetch(`${app.url}/api/health`)).status).toBe(200);
    server.thaw();
    await expect.poll(async () => (await readiness(app.url)).body, { timeout: 15_000 }).toEqual({ postgres: "ok", redis: "ok", storage: "ok" });
  }
});

test("a Redis that may evict is not ready", async () => {
  const redis = await startTestRedis();
  const app = await startApp({ env: { DATABASE_URL: await newDatabase(), REDIS_URL: redis.url } });
  await redis.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
  expect(await readiness(app.url)).toMatchObject({ status: 503, body: { postgres: "ok", redis: "evicts", storage: "ok" } });
  const post = await fetch(`${app.url}/api/ready`, { method: "POST" });
  expect([post.status, post.headers.get("content-type")]).toEqual([405, "application/problem+json"]);
});
