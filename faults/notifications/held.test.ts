import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import { type HttpClient, httpClient, PASSWORD, signedUp } from "@/tests/integration/api/http-client";
import { type HeardStream, openEventStream } from "@/tests/support/event-stream";
import { startMeasuredApp } from "@/tests/support/measured-app";
import { newDatabase } from "@/tests/support/new-database";
import { rounds } from "@/tests/support/rounds";
import { startTestRedis, type TestRedis } from "@/tests/support/test-redis";

const AT_ONCE = 10;

let app: Awaited<ReturnType<typeof startMeasuredApp>>;
let redis: TestRedis;

beforeAll(async () => {
  redis = await startTestRedis();
  app = await startMeasuredApp({ env: { DATABASE_URL: await newDatabase(), REDIS_URL: redis.url, MAX_CONCURRENT_SESSIONS: "20" } });
}, 300_000);

async function listened(userId: string): Promise<number> {
  const answer = (await redis.command("PUBSUB", "NUMSUB", `events:{${userId}}`)) as [string, number];
  return answer[1];
}

async function head({ jar }: HttpClient, path: string) {
  return fetch(app.url + path, { method: "HEAD", headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") } });
}

test("HEAD on a stream answers its headers and holds nothing", async () => {
  const { client, answer } = await signedUp(app.url);
  async function many(times: number) {
    for (let sent = 0; sent < times; sent += AT_ONCE) {
      const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => head(client, "/api/auth/events")));
      for (const { status, headers } of answers) {
        expect([status, headers.get("content-type")]).toEqual([200, "text/event-stream; charset=utf-8"]);
      }
    }
  }
  // What is made once is made.
  await many(200);
  const before = await app.held();
  await many(rounds(5_000));
  const after = await app.held();
  expect(after.timers - before.timers, JSON.stringify({ before, after })).toBeLessThan(20);
  expect(after.heap - before.heap, JSON.stringify({ before, after })).toBeLessThan(15_000_000);
  await expect.poll(() => listened(answer.body.user.id), { timeout: 5_000 }).toBe(0);
  expect((await head(client, "/api/admin/live")).status).toBe(403);
  expect((await head(httpClient(app.url), "/api/auth/events")).status).toBe(401);
}, 600_000);

test("of one session's streams the oldest closes for a ninth, and of one account's for a fifty-first; others' go on", async () => {
  const other = await signedUp(app.url);
  const stays = await openEventStream(app.url, other.client);
  const { client, email } = await signedUp(app.url);
  const clients = [client];
  while (clients.length < 7) {
    const next = httpClient(app.url);
    expect((await next.send("POST", "/api/auth/signin", { email, password: PASSWORD })).status).toBe(200);
    clients.push(next);
  }
  const open = (streams: readonly HeardStream[]) => streams.filter(({ closed }) => !closed).length;
  const streams: HeardStream[] = [];
  for (let count = 0; count < 9; count++) streams.push(await openEventStream(app.url, client));
  await expect.poll(() => streams.map(({ closed }) => closed)).toEqual([true, ...Array.from({ length: 8 }, () => false)]);
  // Whoever comes back by itself is told to take its time.
  expect(streams[0]?.text).toMatch(/retry: \d{5}\n\n$/);
  for (const each of clients.slice(1)) for (let count = 0; count < 8; count++) streams.push(await openEventStream(app.url, each));
  await expect.poll(() => open(streams)).toBe(50);
  expect(streams.slice(0, 7).every(({ closed }) => closed)).toBe(true);
  expect(stays.closed).toBe(false);
  for (const stream of [...streams, stays]) stream.leave();
  await sleep(500);
  const { timers } = await app.held();
  expect(timers).toBeLessThan(60);
}, 120_000);
