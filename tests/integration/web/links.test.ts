import { beforeAll, describe, expect, test } from "vitest";
import { query } from "@/scripts/servers/query";
import { type HttpClient, PASSWORD, signedUp, strangerTo } from "@/tests/integration/api/http-client";
import { codeTo, linkTo } from "@/tests/support/mail-links";
import { newDatabase } from "@/tests/support/new-database";
import { rawRequest } from "@/tests/support/raw-request";
import { sharedApp } from "@/tests/support/shared-app";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { startTestRedis, type TestRedis } from "@/tests/support/test-redis";

const NEXT = "eleven green ladders";
const NO_TOKEN = "A".repeat(43);

let app: TestApp;
let inbox: TestMail;
let databaseUrl: string;
let redis: TestRedis;
let made = 0;

beforeAll(async () => {
  [inbox, databaseUrl, redis] = [await startTestMail(), await newDatabase(), await startTestRedis()];
  app = await startApp({ env: { DATABASE_URL: databaseUrl, REDIS_URL: redis.url, TRUSTED_PROXY_HOPS: "1", LOG_LEVEL: "trace", ...inbox.env } });
}, 300_000);

/** A new account whose address is proven, by calls as a browser makes them. */
async function proven(): Promise<{ email: string; client: HttpClient }> {
  const client = strangerTo(app.url);
  const email = `person-${++made}@example.com`;
  const begun = await client.send("POST", "/api/auth/signup", { email, password: PASSWORD, name: "Zo Li" });
  expect([begun.status, begun.body.attempt.kind]).toEqual([202, "sign_up"]);
  const answer = await client.send("POST", "/api/auth/verify-email", { email, otp: await codeTo(inbox, email) });
  expect(answer.status).toBe(201);
  return { email, client };
}

async function resetLink(email: string): Promise<string> {
  expect((await strangerTo(app.url).send("POST", "/api/auth/forgot", { email })).status).toBe(202);
  return linkTo(inbox, email, "reset");
}

/** From another device, and the link of the mail about it. */
async function wayBack(email: string): Promise<{ stranger: HttpClient; link: string }> {
  const stranger = strangerTo(app.url);
  expect((await stranger.send("POST", "/api/auth/signin", { email, password: PASSWORD })).status).toBe(200);
  return { stranger, link: await linkTo(inbox, email, "not-me") };
}

const tokenOf = (link: string) => new URL(link).searchParams.get("token") ?? "";
const pathOf = (link: string) => link.slice(app.url.length);
const live = async (client: HttpClient) => (await client.send("GET", "/api/auth/session")).status;

describe("a link of a mail that is opened", () => {
  test("loses its token to a sealed cookie, goes on to the bare path, and tells nobody where it came from", async () => {
    const { email } = await proven();
    const link = await resetLink(email);
    const client = strangerTo(app.url);
    const answer = await client.send("GET", pathOf(link));
    expect([answer.status, answer.headers.get("location"), answer.headers.get("referrer-policy"), answer.headers.get("cache-control"), answer.text]).toEqual([303, "/reset", "no-referrer", "private, no-store", ""]);
    expect(answer.cookies).toEqual([expect.stringMatching(/^latchkey-link=Fe26\.2[^;]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/)]);
    const page = await client.send("GET", "/reset");
    expect([page.status, page.headers.get("referrer-policy")]).toEqual([200, "same-origin"]);
    expect(page.text).toContain("p•••@example.com");
    for (const secret of [email, tokenOf(link)]) expect(page.text + JSON.stringify([...page.headers])).not.toContain(secret);
  });

  test("changes nothing, however often a scanner opens it and whatever it follows", async () => {
    const { email, client } = await proven();
    const [{ stranger, link: back }, reset] = [await wayBack(email), await resetLink(email)];
    const state = () => query(databaseUrl, "select u.ways, u.cuts, u.password_hash, m.id, m.token_hash, m.link_used_at, m.dropped_at from users u left join outgoing_mails m on m.user_id = u.id where u.email_key = $1 order by m.id", [email]);
    const before = await state();
    for (const link of [back, reset]) {
      for (const method of ["HEAD", "GET", "OPTIONS"]) await fetch(link, { method });
      const scanner = strangerTo(app.url);
      await scanner.send("GET", pathOf(link));
      await scanner.send("GET", new URL(link).pathname);
    }
    expect(await state()).toEqual(before);
    expect([await live(client), await live(stranger)]).toEqual([200, 200]);
    expect((await client.send("POST", "/api/auth/not-me", { token: tokenOf(back) })).body).toMatchObject({ ended: 2 });
  });

  test("with anything but a token leads to the page that says so, and sets nothing", async () => {
    for (const query of ["", "token", "token=", "token=%00", `token=${"x".repeat(5_000)}`, "token=../../etc", `token=${NO_TOKEN}%0d%0aSet-Cookie:%20a=b`]) {
      const { status, headers } = await rawRequest(app.port, { path: `/reset?${query}` });
      expect([200, 303, 400], query).toContain(status);
      expect(headers.get("set-cookie"), query).toBeUndefined();
    }
    const page = await strangerTo(app.url).send("GET", "/reset");
    expect(page.text).toContain("Open your link again");
    const unknown = strangerTo(app.url);
    expect((await unknown.send("GET", `/undo?token=${NO_TOKEN}`)).headers.get("location")).toBe("/undo");
    expect((await unknown.send("GET", "/undo")).text).toContain("This link does not work any more");
  });

  test("may not be posted to", async () => {
    const answer = await strangerTo(app.url).send("POST", `/reset?token=${NO_TOKEN}`, "x=1", { "content-type": "application/x-www-form-urlencoded" });
    expect(answer.status).toBe(405);
  });
});

describe("the calls", () => {
  test("forgot answers every address alike", async () => {
    const { email } = await proven();
    const answers = await Promise.all([email, "nobody@example.com", "NoBody.Else@EXAMPLE.com"].map((asked) => strangerTo(app.url).send("POST", "/api/auth/forgot", { email: asked })));
    const shapes = answers.map(({ status, text, cookies, headers }) => ({ status, text, cookies, headers: [...headers].filter(([name]) => !["x-request-id", "date"].includes(name)) }));
    expect(shapes[0]).toMatchObject({ status: 202, text: "", cookies: [] });
    expect([shapes[1], shapes[2]]).toEqual([shapes[0], shapes[0]]);
  });

  test("reset sets a password once and ends every session; nobody is signed in by it", async () => {
    const { email, client } = await proven();
    const token = tokenOf(await resetLink(email));
    const anybody = strangerTo(app.url);
    expect((await anybody.send("POST", "/api/auth/reset", { token, newPassword: "short" })).body).toMatchObject({ code: "invalid_input", errors: [{ path: "newPassword" }] });
    const answer = await anybody.send("POST", "/api/auth/reset", { token, newPassword: NEXT });
    expect([answer.status, answer.cookies, await live(client)]).toEqual([204, [], 401]);
    expect((await anybody.send("POST", "/api/auth/reset", { token, newPassword: NEXT })).body).toMatchObject({ status: 410, code: "link_over" });
    expect((await anybody.send("POST", "/api/auth/signin", { email, password: NEXT })).status).toBe(200);
  });

  test("not-me ends what the stranger has, and its token sets the next password", async () => {
    const { email, client } = await proven();
    const { stranger, link } = await wayBack(email);
    const anybody = strangerTo(app.url);
    const { status, body } = await anybody.send("POST", "/api/auth/not-me", { token: tokenOf(link), everywhere: false });
    expect([status, body, await live(stranger), await live(client)]).toEqual([200, { ended: 1, reset: expect.stringMatching(/^[\w-]{43}$/) }, 401, 200]);
    for (const path of ["/api/auth/not-me", "/api/auth/email/undo"]) expect((await anybody.send("POST", path, { token: tokenOf(link) })).status).toBe(410);
    expect((await anybody.send("POST", "/api/auth/reset", { token: body.reset, newPassword: NEXT })).status).toBe(204);
  });

  test("there are none where there is no mail", async () => {
    const { app: plain } = await sharedApp();
    const { client } = await signedUp(plain.url);
    const bodies = { forgot: { email: "a@example.com" }, "not-me": { token: "x" }, "email/undo": { token: "x" } };
    for (const [call, body] of Object.entries(bodies)) expect((await client.send("POST", `/api/auth/${call}`, body)).body, call).toMatchObject({ status: 404, code: "not_found" });
    // But an administrator may have handed one over.
    expect((await client.send("POST", "/api/auth/reset", { token: "x", newPassword: NEXT })).body).toMatchObject({ status: 410, code: "link_over" });
    const signIn = (await client.send("GET", "/sign-in")).text;
    expect([signIn.includes("Forgot password?"), signIn.includes("an administrator can help"), (await client.send("GET", "/forgot")).status]).toEqual([false, true, 404]);
  });
});

/** Every row of every table but those that the background writes by itself: what it remembers of Redis, pictures that it tries to fetch again, and figures. */
async function allRows(): Promise<Record<string, string[]>> {
  const tables = await query<{ name: string }>(databaseUrl, "select table_name as name from information_schema.tables where table_schema = 'public' and table_name not in ('redis_memory', 'avatar_requests') and table_name not like 'insight\\_%' order by 1");
  const rows = tables.map(async ({ name }) => [name, (await query<{ row: string }>(databaseUrl, `select t::text as row from ${name} t order by 1`)).map(({ row }) => row)] as const);
  return Object.fromEntries(await Promise.all(rows));
}

test("a scanner that opens every address of every mail, and follows it, changes no row of any table", async () => {
  const { email, client } = await proven();
  const { stranger } = await wayBack(email);
  await resetLink(email);
  await strangerTo(app.url).send("POST", "/api/auth/signup", { email, password: PASSWORD, name: "Zo Li" });
  expect((await client.send("POST", "/api/auth/password", { currentPassword: PASSWORD, newPassword: NEXT })).status).toBe(204);
  await inbox.waitFor(({ to, subject }) => to.includes(email) && subject.startsWith("You already have"));
  await inbox.waitFor(({ to, subject }) => to.includes(email) && subject.startsWith("Your password was changed"));
  await expect.poll(() => query(databaseUrl, "select id from outgoing_mails where due_at < clock_timestamp() + interval '2 minutes'"), { timeout: 15_000 }).toEqual([]);
  const urls = new Set((await inbox.mails()).flatMap(({ html, text }) => [...`${html} ${text}`.matchAll(/https?:\/\/[^\s"'<>]+/g)].map(([url]) => url.replaceAll("&amp;", "&"))));
  const ours = [...urls].filter((url) => url.startsWith(app.url));
  for (const page of ["/not-me?token=", "/reset?token="]) expect(ours.filter((url) => url.includes(page)).length).toBeGreaterThan(0);
  const before = await allRows();
  for (const url of ours) {
    for (const method of ["HEAD", "GET"]) {
      const scanner = strangerTo(app.url);
      const answer = await scanner.send(method, pathOf(url));
      if (answer.status === 303) for (const next of ["HEAD", "GET"]) expect((await scanner.send(next, answer.headers.get("location") ?? "")).status).toBeLessThan(500);
    }
  }
  expect(await allRows()).toEqual(before);
  expect([await live(client), await live(stranger)]).toEqual([200, 401]);
});

/** What stands in Redis, keys and values. */
async function allOfRedis(): Promise<string> {
  const reading: Record<string, string[]> = { string: ["GET"], hash: ["HGETALL"], set: ["SMEMBERS"], zset: ["ZRANGE", "0", "-1"], list: ["LRANGE", "0", "-1"] };
  const found = [];
  for (const key of (await redis.command("KEYS", "*")) as string[]) {
    const [command = "", ...rest] = reading[String(await redis.command("TYPE", key))] as string[];
    found.push([key, await redis.command(command, key, ...rest).catch(() => null)]);
  }
  return JSON.stringify(found);
}

test("no log, no row and no key holds a code, a token, a password, or the name of who has proven nothing", async () => {
  const { email, client } = await proven();
  const { link: back } = await wayBack(email);
  const reset = await resetLink(email);
  const reader = strangerTo(app.url);
  for (const path of [pathOf(reset), "/reset"]) await reader.send("GET", path);
  await reader.send("POST", "/api/auth/reset", { token: tokenOf(reset), newPassword: "short" });
  const underWay = strangerTo(app.url);
  const other = `other-${email}`;
  const typed = { email: other, password: "sPaRrOw nineteen red saddles", name: "cAnArY Li" };
  expect((await underWay.send("POST", "/api/auth/signup", typed)).status).toBe(202);
  const code = await codeTo(inbox, other);
  await underWay.send("POST", "/api/auth/verify-email", { email: other, otp: code.startsWith("1") ? "222222" : "111111" });
  const opening = [tokenOf(reset), tokenOf(back), PASSWORD, "sPaRrOw", "cAnArY", ...[client, reader, underWay].flatMap(({ jar }) => [...jar].filter(([name]) => name !== "latchkey-device").map(([, value]) => value))];
  const places = { log: app.output(), rows: JSON.stringify(await allRows()), redis: await allOfRedis() };
  expect(places.redis).toContain("session:{");
  for (const [place, text] of Object.entries(places)) {
    for (const secret of opening) expect(text.includes(secret), `${secret} in ${place}`).toBe(false);
    // Six figures alone may stand anywhere by chance: not as a word of their own.
    for (const digits of [code, await codeTo(inbox, email)]) expect(new RegExp(`(?<![\\w.-])${digits}(?![\\w.-])`).test(text), `${digits} in ${place}`).toBe(false);
  }
  expect(places.log).not.toContain(email);
});
