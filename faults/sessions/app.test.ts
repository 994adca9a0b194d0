import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { newId } from "@/lib/core/ids";
import { query } from "@/scripts/servers/query";
import { newDatabase } from "@/tests/support/new-database";
import { rounds } from "@/tests/support/rounds";
import { startApp } from "@/tests/support/start-app";
import { startTestPostgres } from "@/tests/support/test-postgres";
import { startTestRedis } from "@/tests/support/test-redis";
import { type Answer, type HttpClient, httpClient, PASSWORD, signedIn, signedUp } from "@/tests/integration/api/http-client";

const FROZEN_SECONDS = Math.max(6, rounds(20));

type Timed = { what: string; status: number; took: number; answer: Answer };

async function timed(client: HttpClient, method: string, path: string, body?: unknown): Promise<Timed> {
  const began = performance.now();
  const answer = await client.send(method, path, body);
  return { what: `${method} ${path}`, status: answer.status, took: performance.now() - began, answer };
}

/** Within 5 s, and what this machine takes just now for an answer that needs nobody else. */
function expectPrompt(all: readonly Timed[]) {
  const machine = Math.max(0, ...all.filter(({ what }) => what.endsWith("/health")).map(({ took }) => took));
  const late = all.filter(({ took }) => took >= 5_000 + machine);
  expect(late.map(({ what, status, took }) => `${what} ${status} ${Math.round(took)} ms`)).toEqual([]);
}

test("the app killed by SIGKILL in the middle of sign-ups: each account is whole or absent, and every 201 is there", async () => {
  const databaseUrl = await newDatabase();
  const redis = await startTestRedis();
  const env = { DATABASE_URL: databaseUrl, REDIS_URL: redis.url, HASH_THREADS: "2" };
  let created = 0;
  for (let round = 0; round < rounds(40); round++) {
    const app = await startApp({ env });
    // The machine says how fast it goes: killed a moment after so many of them were answered.
    const enough = round % 8;
    let answered = 0;
    let reached = () => {};
    const moment = new Promise<void>((resolve) => (reached = resolve));
    const attempts = Array.from({ length: 8 }, async () => {
      const email = `${newId()}@example.com`;
      const client = httpClient(app.url);
      const status = await client.send("POST", "/api/auth/signup", { email, password: PASSWORD, name: "Zo Li" }).then(
        (answer) => answer.status,
        () => 0,
      );
      if (++answered >= enough) reached();
      return { email, status, client };
    });
    if (enough > 0) await moment;
    await sleep(Math.random() * 120);
    await app.end("SIGKILL");
    const outcomes = await Promise.all(attempts);
    const rows = await query<{ email: string; sessions: number; events: number }>(
      databaseUrl,
      `select email, (select count(*)::int from sessions s where s.user_id = u.id) as sessions,
        (select count(*)::int from events e where e.user_id = u.id and type in ('account.created', 'sign_in.succeeded')) as events from users u`,
    );
    for (const row of rows) expect(row).toMatchObject({ sessions: 1, events: 2 });
    for (const { email, status } of outcomes) if (status === 201) expect(rows.map((row) => row.email)).toContain(email);
    created += outcomes.filter(({ status }) => status === 201).length;
    if (round > 0) continue;
    // The next process knows those whom the last one signed in.
    const next = await startApp({ env, port: app.port });
    for (const { status, client } of outcomes) if (status === 201) expect((await client.send("GET", "/api/auth/session")).status).toBe(200);
    await next.end("SIGKILL");
  }
  expect(created).toBeGreaterThan(0);
});

test(`PostgreSQL frozen for ${FROZEN_SECONDS} s: every answer within 5 s, the signed-in stay signed in, and all is well after the thaw`, async () => {
  const postgres = await startTestPostgres();
  const redis = await startTestRedis();
  const app = await startApp({ env: { DATABASE_URL: postgres.url, REDIS_URL: redis.url } });
  const { client, email } = await signedUp(app.url);
  await client.send("GET", "/api/auth/session");
  postgres.freeze();
  const all: Promise<Timed>[] = [];
  for (const until = Date.now() + FROZEN_SECONDS * 1000; Date.now() < until; await sleep(250)) {
    all.push(timed(client, "GET", "/api/auth/session"), timed(client, "GET", "/api/auth/sessions"), timed(httpClient(app.url), "GET", "/sign-in"));
    all.push(timed(client, "GET", "/devices"), timed(httpClient(app.url), "POST", "/api/auth/signin", { email, password: PASSWORD }));
    all.push(timed(client, "DELETE", `/api/auth/sessions/${newId()}`), timed(client, "GET", "/api/health"));
  }
  const during = await Promise.all(all);
  postgres.thaw();
  expectPrompt(during);
  for (const { what, status, answer } of during) {
    if (/\/(session|health)$/.test(what)) expect(status, what).toBe(200);
    else if (what.endsWith("/sign-in")) expect(status, what).toBe(200);
    else if (!what.endsWith("/devices")) expect(status, what).toBe(503);
    // A page of Next cannot answer 503; its error page says that nobody was signed out.
    else expect([500, 503], what).toContain(status);
    expect(answer.cookies.join(), what).not.toMatch(/latchkey=;/);
  }
  const thawed = Date.now();
  let status = 0;
  while (status !== 200 && Date.now() - thawed < 8_000) ({ status } = await httpClient(app.url).send("POST", "/api/auth/signin", { email, password: PASSWORD }));
  expect(status).toBe(200);
  const parallel = await Promise.all(Array.from({ length: 40 }, () => client.send("GET", "/api/auth/sessions")));
  expect(parallel.map((answer) => answer.status)).toEqual(parallel.map(() => 200));
});

test(`Redis frozen for ${FROZEN_SECONDS} s: every answer within 5 s, nobody thrown out, and what was ended stays out`, async () => {
  const redis = await startTestRedis();
  const app = await startApp({ env: { DATABASE_URL: await newDatabase(), REDIS_URL: redis.url, MAX_CONCURRENT_SESSIONS: "1000" } });
  const { client, email } = await signedUp(app.url);
  const gone = await signedIn(app.url, email);
  const late = await signedIn(app.url, email);
  expect((await gone.client.send("POST", "/api/auth/logout")).status).toBe(204);
  // Its cookie was taken back; a thief's copy was not.
  const thief = httpClient(app.url);
  for (const cookie of gone.answer.cookies) thief.jar.set(cookie.split("=")[0]!, /=([^;]*)/.exec(cookie)![1]!);
  redis.freeze();
  const ended = await timed(client, "DELETE", `/api/auth/sessions/${late.answer.body.session.id}`);
  expect(ended.status).toBe(503);
  const all: Promise<Timed>[] = [];
  const out: Promise<Timed>[] = [];
  for (const until = Date.now() + FROZEN_SECONDS * 1000; Date.now() < until; await sleep(250)) {
    all.push(timed(client, "GET", "/api/auth/session"), timed(client, "GET", "/api/auth/sessions"), timed(client, "GET", "/devices"));
    all.push(timed(httpClient(app.url), "POST", "/api/auth/signin", { email, password: PASSWORD }), timed(client, "GET", "/api/health"));
    out.push(timed(late.client, "GET", "/api/auth/session"), timed(thief, "GET", "/api/auth/session"));
  }
  const during = await Promise.all(all);
  const refused = await Promise.all(out);
  redis.thaw();
  expectPrompt([ended, ...during, ...refused]);
  for (const { what, status } of during) expect([200, ...(what.startsWith("POST") ? [429] : [])], what).toContain(status);
  for (const { what, status } of refused) expect(status, what).toBe(401);
  await sleep(2_500);
  expect((await client.send("GET", "/api/auth/session")).status).not.toBe(401);
  for (const browser of [late.client, thief]) expect((await browser.send("GET", "/api/auth/session")).status).toBe(401);
  expect((await client.send("DELETE", `/api/auth/sessions/${late.answer.body.session.id}`)).status).toBe(204);
});

const [OLD, NEW] = ["1:first-secret-first-secret-first-secret-1", "2:second-secret-second-secret-second-2"];

test("cookie keys rotate in a rolling restart: nobody is signed out, and what an old process cannot read it leaves alone", async () => {
  const redis = await startTestRedis();
  const env = { DATABASE_URL: await newDatabase(), REDIS_URL: redis.url };
  const [old, rolled] = [await startApp({ env: { ...env, SESSION_SECRETS: OLD } }), await startApp({ env: { ...env, SESSION_SECRETS: `${NEW},${OLD}` } })];
  const { client, answer } = await signedUp(old.url);
  const first = client.jar.get("latchkey")!;
  expect(first).toMatch(/^Fe26\.2\*1\*/);

  /** One request with one cookie: the status and the session cookie that came back. */
  async function ask(app: { url: string }, cookie: string, path = "/api/auth/session") {
    const browser = httpClient(app.url);
    browser.jar.set("latchkey", cookie);
    const got = await browser.send("GET", path);
    return { status: got.status, set: got.cookies.find((line) => line.startsWith("latchkey=")), body: got.body };
  }
  expect(await ask(old, first)).toMatchObject({ status: 200, set: expect.stringContaining(`latchkey=${first};`) });
  const again = await ask(rolled, first);
  expect(again.status).toBe(200);
  const second = /^latchkey=([^;]+)/.exec(again.set!)![1]!;
  expect(second).toMatch(/^Fe26\.2\*2\*/);
  expect(again.body.session.id).toBe(answer.body.session.id);

  for (const path of ["/api/auth/session", "/devices", "/sign-in", "/api/users/me"]) expect((await ask(old, second, path)).set, path).toBeUndefined();
  expect((await ask(old, second)).status).toBe(401);
  expect(await ask(rolled, second)).toMatchObject({ status: 200, set: expect.stringContaining(`latchkey=${second};`) });
  expect((await ask(old, first)).status).toBe(200);
  await old.end("SIGTERM");
  const onlyNew = await startApp({ env: { ...env, SESSION_SECRETS: NEW } });
  expect((await ask(onlyNew, second)).status).toBe(200);
  expect(await ask(onlyNew, first)).toMatchObject({ status: 401, set: undefined });
});
