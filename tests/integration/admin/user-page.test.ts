import { beforeAll, expect, test } from "vitest";
import { query } from "@/scripts/servers/query";
import { type HttpClient, httpClient, PASSWORD, signedUp } from "@/tests/integration/api/http-client";
import { newDatabase } from "@/tests/support/new-database";
import { startApp } from "@/tests/support/start-app";
import { startTestRedis } from "@/tests/support/test-redis";

/** What each permission beside `users.read` opens of what stands here. */
const facts = { device: "Firefox on Linux", address: "198.51.100.77", event: "Signed in" };

let database: string;
let subject: string;
let administrator: string;
let reader: HttpClient;
let readerEmail: string;

beforeAll(async () => {
  const redis = await startTestRedis();
  database = await newDatabase();
  const { url } = await startApp({ env: { DATABASE_URL: database, REDIS_URL: redis.url, TRUSTED_PROXY_HOPS: "1" } });
  subject = await person(url, "subject@example.org");
  administrator = await person(url, "boss@example.org");
  await query(database, "update users set role = 'ADMIN' where id = $1", [administrator]);
  const asking = await signedUp(url);
  reader = asking.client;
  readerEmail = asking.email;
}, 300_000);

/** Somebody's account, made in Firefox at the address. */
async function person(url: string, email: string): Promise<string> {
  const { body } = await httpClient(url).send("POST", "/api/auth/signup", { email, password: PASSWORD, name: "Zo Li" }, { "x-forwarded-for": facts.address });
  return body.user.id;
}

async function reads(...permissions: string[]): Promise<void> {
  await query(database, "insert into roles (name, permissions) values ('READER', $1::text[]) on conflict (name) do update set permissions = excluded.permissions", [`{${permissions.join()}}`]);
  await query(database, "update users set role = 'READER' where email = $1", [readerEmail]);
}

async function shown(userId: string): Promise<Record<string, boolean>> {
  const { status, text } = await reader.send("GET", `/admin/users/${userId}`);
  expect(status).toBe(200);
  return Object.fromEntries(Object.entries({ ...facts, end: "End session" }).map(([name, words]) => [name, text.includes(words)]));
}

test("who may see users sees devices and addresses only with sessions.read, events only with events.read", async () => {
  await reads("users.read");
  expect(await shown(subject)).toEqual({ device: false, address: false, event: false, end: false });
  const { status, text } = await reader.send("GET", `/api/admin/users/${subject}`);
  expect(status).toBe(200);
  for (const words of Object.values(facts)) expect(text).not.toContain(words);
  expect((await reader.send("GET", `/api/admin/sessions?userId=${subject}`)).status).toBe(403);
  expect((await reader.send("GET", `/api/admin/events?userId=${subject}`)).status).toBe(403);
  await reads("users.read", "sessions.end");
  expect(await shown(subject)).toEqual({ device: false, address: false, event: false, end: false });
  await reads("users.read", "sessions.read");
  expect(await shown(subject)).toEqual({ device: true, address: true, event: false, end: false });
  await reads("users.read", "events.read");
  expect(await shown(subject)).toMatchObject({ event: true, end: false });
  await reads("users.read", "sessions.read", "sessions.end");
  expect(await shown(subject)).toEqual({ device: true, address: true, event: false, end: true });
});

test("what would be refused is not offered: who holds more has no button", async () => {
  await reads("users.read", "sessions.read", "sessions.end");
  expect(await shown(administrator)).toMatchObject({ device: true, end: false });
  const { text } = await reader.send("GET", "/admin/devices");
  expect(text).toContain("Beyond your role");
  const [row] = await query<{ id: string }>(database, "select id from sessions where user_id = $1", [administrator]);
  const refused = await reader.send("DELETE", `/api/admin/sessions/${row?.id}`);
  expect(refused).toMatchObject({ status: 403, body: { code: "forbidden", detail: expect.stringContaining("no more than you") } });
  expect((await query(database, "select from sessions where user_id = $1 and ended_at is null", [administrator])).length).toBe(1);
});

test("a list leads on to its end, and from there to its beginning", async () => {
  await query(database, "insert into events (id, user_id, type, actor, at) select gen_random_uuid(), u.id, 'sign_in.failed', 'user', clock_timestamp() - make_interval(mins => n) from users u, generate_series(1, 120) n where u.email = $1", [readerEmail]);
  const pages: string[][] = [];
  for (let path: string | null = "/activity"; path !== null; ) {
    const { status, text }: { status: number; text: string } = await reader.send("GET", path);
    expect(status).toBe(200);
    const [nav = ""] = /<nav aria-label="Pages"[\s\S]*?<\/nav>/.exec(text) ?? [];
    const links = [...nav.matchAll(/href="([^"]*)"[^>]*>([^<]*)</g)].map(([, href = "", label = ""]) => [label, href.replaceAll("&amp;", "&")] as const);
    pages.push(links.map(([label]) => label));
    for (const [label, href] of links) if (label === "Newest") expect(href).toBe("/activity");
    path = links.find(([label]) => label === "Older")?.[1] ?? null;
  }
  expect(pages).toEqual([["Older"], ["Newest", "Older"], ["Newest"]]);
});
