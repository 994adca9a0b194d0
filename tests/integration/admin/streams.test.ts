import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import { query } from "@/scripts/servers/query";
import { type HttpClient, PASSWORD, signedUp } from "@/tests/integration/api/http-client";
import { newDatabase } from "@/tests/support/new-database";
import { startApp } from "@/tests/support/start-app";
import { startTestRedis } from "@/tests/support/test-redis";

let origin: string;
let database: string;
let admin: HttpClient;

beforeAll(async () => {
  const redis = await startTestRedis();
  database = await newDatabase();
  origin = (await startApp({ env: { DATABASE_URL: database, REDIS_URL: redis.url } })).url;
  admin = (await holder("ADMIN")).client;
}, 300_000);

async function holder(role: string) {
  const { client, email, answer } = await signedUp(origin);
  await query(database, "update users set role = $1 where email = $2", [role, email]);
  return { client, id: answer.body.user.id as string };
}

async function get({ jar }: HttpClient, path: string) {
  const response = await fetch(origin + path, { headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") } });
  expect(response.status).toBe(200);
  return response.body!.pipeThrough(new TextDecoderStream()).getReader();
}

/** An open event stream, and what it has said so far. */
async function follow(client: HttpClient) {
  const reader = await get(client, "/api/admin/live");
  const heard = { text: "", closed: false };
  void (async () => {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) heard.text += piece.value;
    heard.closed = true;
  })();
  await expect.poll(() => heard.text).toContain("welcome");
  return heard;
}

const news = (text: string) => text.split("event: sessions.changed").length - 1;

test("whoever is demoted, or whose role allows it no more, hears nothing more on a stream that was open", async () => {
  await admin.send("PUT", "/api/admin/roles/WATCHER", { permissions: ["sessions.read"] });
  const [demoted, narrowed] = [await holder("SUPPORT"), await holder("WATCHER")];
  const [first, second] = [await follow(demoted.client), await follow(narrowed.client)];
  await signedUp(origin);
  for (const heard of [first, second]) await expect.poll(() => news(heard.text), { timeout: 5_000 }).toBeGreaterThan(0);
  // What is still on its way from before is heard before the change.
  await sleep(1_200);
  const before = [news(first.text), news(second.text)];
  expect((await admin.send("PATCH", `/api/admin/users/${demoted.id}`, { role: "USER" })).status).toBe(200);
  expect((await admin.send("PUT", "/api/admin/roles/WATCHER", { permissions: [] })).status).toBe(200);
  await signedUp(origin);
  for (const heard of [first, second]) await expect.poll(() => heard.closed, { timeout: 5_000 }).toBe(true);
  expect([news(first.text), news(second.text)]).toEqual(before);
  expect((await demoted.client.send("GET", "/api/admin/sessions")).status).toBe(403);
});

test("the stream of whoever is disabled closes within a second, though nothing else happens", async () => {
  const disabled = await holder("SUPPORT");
  const heard = await follow(disabled.client);
  expect((await admin.send("PATCH", `/api/admin/users/${disabled.id}`, { disabled: true })).status).toBe(200);
  await expect.poll(() => heard.closed, { timeout: 1_000 }).toBe(true);
});

test("an app that holds a token follows too, until the token is revoked; a cookie beside it does not count", async () => {
  const email = `app-${Date.now()}@example.com`;
  const call = (path: string, body: object) => fetch(origin + path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const { user, tokens } = await (await call("/api/auth/signup", { email, password: PASSWORD, name: "Zo Li", client: "native" })).json();
  await query(database, "update users set role = 'SUPPORT' where id = $1", [user.id]);
  const headers = { authorization: `Bearer ${tokens.accessToken}` };
  const stream = await fetch(`${origin}/api/admin/live`, { headers });
  expect(stream.status).toBe(200);
  const cookie = [...admin.jar].map(([name, value]) => `${name}=${value}`).join("; ");
  expect((await fetch(`${origin}/api/admin/live`, { headers: { authorization: "Bearer x", cookie } })).status).toBe(401);
  expect((await call("/api/auth/revoke", { token: tokens.accessToken })).status).toBe(200);
  expect(await stream.text()).toContain("welcome");
});

test("an export is read no faster than it is taken, and breaks off for whoever loses the permission", async () => {
  await query(database, "insert into events (id, type, actor, detail) select gen_random_uuid(), 'profile.changed', 'system', jsonb_build_object('note', repeat('x', 500)) from generate_series(1, 60000)");
  const reading = await holder("SUPPORT");
  const reader = await get(reading.client, "/admin/audit/export?format=jsonl&type=profile.changed");
  expect((await reader.read()).value).toContain("profile.changed");
  await sleep(1_000);
  await query(database, "update users set role = 'USER' where id = $1", [reading.id]);
  let lines = 0;
  // It must not look like a whole file: the connection breaks.
  await expect((async () => {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) lines += piece.value.split("\n").length - 1;
  })()).rejects.toThrow();
  expect(lines).toBeLessThan(30_000);
});
