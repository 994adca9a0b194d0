import { beforeAll, expect, test } from "vitest";
import { handedLinkSchema } from "@/lib/auth/schema";
import { newId } from "@/lib/core/ids";
import { query } from "@/scripts/servers/query";
import { type HttpClient, httpClient, PASSWORD, signedIn, signedUp } from "@/tests/integration/api/http-client";
import { formOf, multipart } from "@/tests/integration/web/page-form";
import { newDatabase } from "@/tests/support/new-database";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestRedis } from "@/tests/support/test-redis";

const NEXT = "eleven green ladders";
/** No mail here: what is handed over is the only way back in. */
let app: TestApp;
let database: string;
let boss: HttpClient;
let bossId: string;
let bossEmail: string;

beforeAll(async () => {
  const redis = await startTestRedis();
  database = await newDatabase();
  app = await startApp({ env: { DATABASE_URL: database, REDIS_URL: redis.url, LOG_LEVEL: "trace" } });
  ({ client: boss, userId: bossId, email: bossEmail } = await person("ADMIN"));
}, 300_000);

async function person(role = "USER"): Promise<{ client: HttpClient; email: string; userId: string }> {
  const { client, email, answer } = await signedUp(app.url);
  const userId = answer.body.user.id as string;
  await query(database, "update users set role = $2 where id = $1", [userId, role]);
  return { client, email, userId };
}

const ask = (client: HttpClient, userId: string, headers = {}) => client.send("POST", `/api/admin/users/${userId}/reset-link`, {}, headers);
const code = ({ status, body }: { status: number; body: any }) => [status, body?.code];

test("201 with the link and its end to who may, and else what is wrong, in the order of the house", async () => {
  const { client, userId } = await person();
  const made = await ask(boss, userId);
  expect([made.status, made.headers.get("cache-control")]).toEqual([201, "private, no-store"]);
  expect(handedLinkSchema.parse(made.body).url.startsWith(`${app.url}/reset?token=`)).toBe(true);
  expect(code(await ask(httpClient(app.url), userId))).toEqual([401, "unauthenticated"]);
  expect(code(await ask(client, userId))).toEqual([403, "forbidden"]);
  expect(code(await ask((await person("SUPPORT")).client, userId))).toEqual([403, "forbidden"]);
  expect(code(await ask(boss, userId, { origin: "https://elsewhere.example" }))).toEqual([403, "cross_origin"]);
  for (const nobody of [newId(), "nobody"]) expect(code(await ask(boss, nobody))).toEqual([404, "not_found"]);
  expect((await ask(boss, bossId)).status).toBe(201);
  expect(code(await boss.send("POST", `/api/admin/users/${userId}/reset-link`, { minutes: 600 }))).toEqual([400, "invalid_input"]);
  expect(code(await boss.send("GET", `/api/admin/users/${userId}/reset-link`))).toEqual([405, "method_not_allowed"]);
  const { client: late } = await signedIn(app.url, bossEmail);
  late.jar.delete("latchkey-proof");
  const refused = await ask(late, userId);
  expect([code(refused), refused.body.ways]).toEqual([[403, "proof_required"], ["password"]]);
  expect((await late.send("POST", "/api/auth/proof", { method: "password", password: PASSWORD })).status).toBe(200);
  expect((await ask(late, userId)).status).toBe(201);
  await boss.send("PATCH", `/api/admin/users/${userId}`, { disabled: true });
  expect(code(await ask(boss, userId))).toEqual([409, "conflict"]);
});

test("a role of one's own makes them for who holds no more", async () => {
  await query(database, "insert into roles (name, permissions) values ('MANAGER', '{users.read,users.manage}')");
  const manager = await person("MANAGER");
  expect((await ask(manager.client, (await person()).userId)).status).toBe(201);
  expect(code(await ask(manager.client, (await person("SUPPORT")).userId))).toEqual([403, "forbidden"]);
  const { text } = await manager.client.send("GET", `/admin/users/${bossId}`);
  expect(text).not.toContain("Make a reset link");
  expect((await boss.send("GET", `/admin/users/${manager.userId}`)).text).toContain("Make a reset link");
});

test("the link opens the page of new passwords where there is no mail, says who made it, and sets one; the log has no token", async () => {
  const { client, email, userId } = await person();
  const { url } = (await ask(boss, userId)).body as { url: string };
  const browser = httpClient(app.url);
  const { pathname, search } = new URL(url);
  const opened = await browser.send("GET", pathname + search);
  expect([opened.status, opened.headers.get("location")]).toEqual([303, "/reset"]);
  const { text } = await browser.send("GET", "/reset");
  expect(text).toContain("An administrator made this link for you.");
  const set = multipart({ ...formOf(text, "newPassword"), newPassword: NEXT });
  expect((await browser.send("POST", "/reset", set.body, { "content-type": set.type })).status).toBe(303);
  expect((await browser.send("GET", "/reset")).text).toContain("Your new password is set");
  expect((await client.send("GET", "/api/auth/session")).status).toBe(401);
  expect((await httpClient(app.url).send("POST", "/api/auth/signin", { email, password: PASSWORD })).status).toBe(401);
  expect((await httpClient(app.url).send("POST", "/api/auth/signin", { email, password: NEXT })).status).toBe(200);
  const told = (await boss.send("GET", `/api/admin/events?userId=${userId}`)).body.items.map(({ type }: { type: string }) => type);
  expect(told).toContain("reset_link.made");
  const token = search.slice("?token=".length);
  expect(token).toHaveLength(43);
  expect(app.output()).not.toContain(token);
});

test("a start with ADMIN_EMAIL prints a link, once it can, by which the first administrator comes in", async () => {
  const email = "first@example.org";
  const own = await newDatabase();
  const { url, output } = await startApp({ env: { DATABASE_URL: own, REDIS_URL: (await startTestRedis()).url, ADMIN_EMAIL: email } });
  await expect.poll(output).toMatch(/Administrator first@example\.org: set a password here/);
  const link = /^ {2}(http\S+\/reset\?token=[\w-]{43})$/m.exec(output())?.[1] as string;
  expect(link.startsWith(url)).toBe(true);
  const browser = httpClient(url);
  await browser.send("GET", link.slice(url.length));
  const set = multipart({ ...formOf((await browser.send("GET", "/reset")).text, "newPassword"), newPassword: NEXT });
  expect((await browser.send("POST", "/reset", set.body, { "content-type": set.type })).status).toBe(303);
  expect((await browser.send("POST", "/api/auth/signin", { email, password: NEXT })).body.user).toMatchObject({ email, role: "ADMIN", emailVerified: false });
});
