import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { newDatabase } from "@/tests/support/new-database";
import { startApp } from "@/tests/support/start-app";
import { atEnd } from "@/tests/support/stop-everything";
import { makeTemporaryFolder } from "@/tests/support/temporary-folder";
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
    // What a balancer asks is whether to send requests here rather than to another instance: the stores are one for all of them, and frozen for all.
    const balancers = await fetch(`${app.url}/api/ready?only=draining`);
    expect([balancers.status, await balancers.json()]).toEqual([200, { draining: false }]);
    server.thaw();
    await expect.poll(async () => (await readiness(app.url)).body, { timeout: 15_000 }).toEqual({ postgres: "ok", redis: "ok", storage: "ok" });
  }
});

test("why it is not ready is said once, and not again before it was", async () => {
  const redis = await startTestRedis();
  const { folder, remove } = await makeTemporaryFolder();
  atEnd(remove);
  const data = join(folder, "data");
  const app = await startApp({ env: { DATABASE_URL: await newDatabase(), REDIS_URL: redis.url, DATA_DIR: data, LOG_LEVEL: "warn" } });
  rmSync(data, { recursive: true });
  writeFileSync(data, "in its way");
  await expect.poll(async () => (await readiness(app.url)).body.storage, { timeout: 5_000 }).toBe("down");
  for (let time = 0; time < 2; time++) {
    await sleep(1_100);
    expect((await readiness(app.url)).body).toMatchObject({ storage: "down" });
  }
  const said = app.output().split("\n").filter((line) => line.includes('"part":"storage"'));
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/ENOTDIR|EEXIST/);
});

test("a Redis that may evict is not ready", async () => {
  const redis = await startTestRedis();
  const app = await startApp({ env: { DATABASE_URL: await newDatabase(), REDIS_URL: redis.url } });
  await redis.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
  await expect.poll(() => readiness(app.url)).toMatchObject({ status: 503, body: { postgres: "ok", redis: "evicts", storage: "ok" } });
  const post = await fetch(`${app.url}/api/ready`, { method: "POST" });
  expect([post.status, post.headers.get("content-type")]).toEqual([405, "application/problem+json"]);
});

test("a clock that is not Redis' own is said at the start, with the figure, and by /api/ready, which is ready all the same", async () => {
  const redis = await startTestRedis();
  for (const [fast, range] of [[700, [-710, -500]], [-700, [500, 710]]] as const) {
    const aside = `data:text/javascript,const{now}=Date;Date.now=()=>now()+${fast}`;
    const app = await startApp({ env: { DATABASE_URL: await newDatabase(), REDIS_URL: redis.url, NODE_OPTIONS: `--import ${aside}` } });
    const [, skewMs] = /"skewMs":(-?\d+),.*its clock is not ours/.exec(app.output()) ?? [];
    expect(Number(skewMs)).toBeGreaterThanOrEqual(range[0]);
    expect(Number(skewMs)).toBeLessThanOrEqual(range[1]);
    await expect.poll(() => readiness(app.url)).toMatchObject({ status: 200, body: { postgres: "ok", redis: "clock", storage: "ok" } });
  }
});

test("the stores are asked at most once a second, however many ask", async () => {
  const redis = await startTestRedis();
  const app = await startApp({ env: { DATABASE_URL: await newDatabase(), REDIS_URL: redis.url } });
  await redis.command("CONFIG", "RESETSTAT");
  const started = performance.now();
  const answers = await Promise.all(Array.from({ length: 200 }, () => readiness(app.url)));
  const seconds = Math.ceil((performance.now() - started) / 1_000);
  for (const { status, body } of answers) expect([status, body]).toEqual([200, { postgres: "ok", redis: "ok", storage: "ok" }]);
  const asked = Number(/cmdstat_info:calls=(\d+)/.exec(String(await redis.command("INFO", "commandstats")))?.[1] ?? 0);
  expect(asked).toBeLessThanOrEqual(seconds + 1);
});
