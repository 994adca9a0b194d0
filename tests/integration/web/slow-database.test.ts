import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeAll, expect, test } from "vitest";
import { newId } from "@/lib/core/ids";
import { query } from "@/scripts/servers/query";
import { newDatabase } from "@/tests/support/new-database";
import { type PostgresProxy, startPostgresProxy } from "@/tests/support/postgres-proxy";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestRedis, type TestRedis } from "@/tests/support/test-redis";
import { type HttpClient, httpClient, PASSWORD, signedUp } from "../api/http-client";

const ANSWERED_MS = 5_000;
/** PostgreSQL gives up a statement after 3 s: nothing fails here, each answer is only late. */
const [SLOW_MS, SLOWEST_MS] = [1_500, 2_800];
/** Whoever says nothing for longer in a transaction loses it. */
const IN_TRANSACTION_MS = 900;

type Person = { id: string; client: HttpClient };

let postgres: PostgresProxy;
let redis: TestRedis;
let app: TestApp;
let databaseUrl: string;
let admin: Person;
let support: Person;

beforeAll(async () => {
  databaseUrl = await newDatabase();
  [postgres, redis] = await Promise.all([startPostgresProxy(databaseUrl), startTestRedis()]);
  app = await startApp({ env: { DATABASE_URL: postgres.url, REDIS_URL: redis.url, LOG_LEVEL: "silent" } });
  [admin, support] = [await person("ADMIN"), await person("SUPPORT")];
}, 300_000);

// What was asked last still has its answer to come.
afterEach(async () => {
  postgres.hold(() => 0);
  await sleep(SLOWEST_MS);
});

async function person(role: string): Promise<Person> {
  const { email, answer } = await signedUp(app.url);
  const { id } = answer.body.user;
  await query(databaseUrl, "update users set role = $2 where id = $1", [id, role]);
  await forget(id);
  const client = httpClient(app.url);
  expect((await client.send("POST", "/api/auth/signin", { email, password: PASSWORD })).status).toBe(200);
  expect((await client.send("GET", "/api/auth/session")).body.user.role).toBe(role);
  return { id, client };
}

/** Whoever comes next reads the rows. */
async function forget(userId: string): Promise<void> {
  await redis.command("SET", `user:{${userId}}`, `dropped ${newId()} `);
}

/** The answer, and how long it took to its first byte. */
async function timed({ client }: Person, path: string, method = "GET") {
  const cookie = [...client.jar].map(([name, value]) => `${name}=${value}`).join("; ");
  const began = performance.now();
  const { status, headers, body } = await fetch(app.url + path, { method, redirect: "manual", headers: { origin: app.url, cookie } });
  const reader = body?.getReader();
  await reader?.read();
  const took = performance.now() - began;
  await reader?.cancel();
  return { status, headers, took };
}

/** Asks all of them at once, each when nothing is slow yet and then when everything is. */
async function expectUnavailable(slow: number, asked: [Person, string][]): Promise<void> {
  for (const [who, path] of asked) expect((await timed(who, path)).status, path).toBeLessThan(400);
  for (const [{ id }] of asked) await forget(id);
  postgres.hold(() => slow);
  const answers = await Promise.all(asked.map(([who, path]) => timed(who, path)));
  for (const [index, { status, took }] of answers.entries()) {
    const path = asked[index]?.[1];
    expect(took, path).toBeLessThan(ANSWERED_MS);
    expect(status, path).toBe(503);
  }
}

test("pages for administrators", () =>
  expectUnavailable(SLOW_MS, ["/admin/devices", "/admin/devices/end", "/admin/audit"].map((path) => [admin, `${path}?userId=${admin.id}`])));

test("what asks first who it is and then what they may do: an account page too, for who may do something", () =>
  expectUnavailable(SLOWEST_MS, [
    [support, "/devices"],
    [support, "/security"],
    [support, "/admin"],
    [admin, "/api/admin/live"],
    [admin, "/admin/audit/export?format=csv"],
  ]));

test("an export whose first line is what takes too long", async () => {
  postgres.hold(() => SLOW_MS);
  const { status, took } = await timed(admin, "/admin/audit/export?format=jsonl");
  expect(took).toBeLessThan(ANSWERED_MS);
  expect(status).toBe(503);
});

test("the account's event stream", async () => {
  await forget(admin.id);
  postgres.hold(() => SLOWEST_MS);
  const answer = timed(admin, "/api/auth/events");
  // What the first look at the session read is not kept.
  await sleep(SLOW_MS);
  await forget(admin.id);
  const { status, took } = await answer;
  expect(took).toBeLessThan(ANSWERED_MS);
  expect(status).toBe(503);
});

test("signing out: the cookie stays, for the end may not have been acknowledged", async () => {
  postgres.hold(() => IN_TRANSACTION_MS);
  const { status, headers, took } = await timed(support, "/sign-out", "POST");
  expect(took).toBeLessThan(ANSWERED_MS);
  expect([status, headers.get("location")]).toEqual([303, "/unavailable"]);
  expect(headers.getSetCookie().filter((cookie) => /max-age=0/i.test(cookie))).toEqual([]);
});
