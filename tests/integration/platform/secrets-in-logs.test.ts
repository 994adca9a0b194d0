import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import postgres from "postgres";
import { query } from "@/scripts/servers/query";
import { newDatabase } from "@/tests/support/new-database";
import { type PostgresProxy, startPostgresProxy } from "@/tests/support/postgres-proxy";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { atEnd } from "@/tests/support/stop-everything";
import { startTestRedis } from "@/tests/support/test-redis";
import { type Answer, type HttpClient, httpClient } from "../api/http-client";
import { formOf, multipart } from "../web/page-form";

/** One of these stands in everything that anybody types or sends (a password may hold no part of the address). */
const CANARY = "cAnArY";
const SPARROW = "sPaRrOw";
const EMAIL = `${CANARY}.Person@example.com`;
const PASSWORD = `${SPARROW} seventeen blue kettles`;
const AGENT = { "user-agent": `Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0 ${CANARY}-agent` };

let databaseUrl: string;
let proxy: PostgresProxy;
let app: TestApp;
let owner: HttpClient;
let native: { accessToken: string; refreshToken: string };
let deviceId = "";
let colleagueId = "";
let linksMade = 0;
/** What must be found nowhere: the canary as typed and as compared, and every secret that was given out or is kept. */
const secrets = new Set([CANARY, CANARY.toLowerCase(), SPARROW]);

beforeAll(async () => {
  databaseUrl = await newDatabase();
  proxy = await startPostgresProxy(databaseUrl);
  const redis = await startTestRedis();
  app = await startApp({ env: { DATABASE_URL: proxy.url, REDIS_URL: redis.url, LOG_LEVEL: "trace" } });
  owner = httpClient(app.url);
  const made = await welcome(() => owner.send("POST", "/api/auth/signup", { email: EMAIL, password: PASSWORD, name: `${CANARY} Li` }, AGENT));
  deviceId = made.body.session.device.id;
  const phone = await welcome(() => signIn(httpClient(app.url), { client: "native", device: { name: `${CANARY} phone` } }));
  native = phone.body.tokens;
  await query(databaseUrl, "update users set role = 'ADMIN' where id = $1", [made.body.user.id]);
  for (const value of [...owner.jar.values(), native.accessToken, native.refreshToken, phone.body.deviceToken]) secrets.add(value);
  for (const [table, column] of [["users", "password_hash"], ["sessions", "secret_hash"], ["refresh_tokens", "hash"]]) {
    for (const row of await query<{ value: string }>(databaseUrl, `select ${column} as value from ${table}`)) secrets.add(row.value);
  }
  const [colleague] = await query<{ id: string }>(databaseUrl, "insert into users (id, email, email_key, name) values (gen_random_uuid(), $1, lower($1), $2) returning id", [`colleague.${EMAIL}`, `${CANARY} Ko`]);
  colleagueId = colleague?.id as string;
});

/** A busy machine may ask to come again, as it would of anyone. */
async function welcome(knock: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 0; ; tries++) {
    const answer = await knock();
    if (answer.status < 300) return answer;
    if (answer.status !== 503 || tries === 5) throw new Error(`${answer.path}: ${answer.status} ${answer.text}`);
  }
}

function signIn(client: HttpClient, more: object = {}): Promise<Answer> {
  return client.send("POST", "/api/auth/signin", { email: EMAIL, password: PASSWORD, ...more }, AGENT);
}

/** Everything that takes something from outside, all at once. */
function everything(): Promise<unknown[]> {
  const send = (method: string, path: string, body?: unknown, headers = {}) => owner.send(method, path, body, { ...AGENT, ...headers });
  const bearer = { authorization: `Bearer ${native.accessToken}` };
  const stranger = httpClient(app.url);
  const calls = [
    signIn(stranger),
    signIn(httpClient(app.url), { client: "native", device: { name: `${CANARY} phone` } }),
    stranger.send("POST", "/api/auth/signup", { email: `other.${EMAIL}`, password: PASSWORD, name: `${CANARY} Li` }, AGENT),
    stranger.send("POST", "/api/auth/refresh", { refreshToken: native.refreshToken }, AGENT),
    stranger.send("POST", "/api/auth/revoke", { token: native.accessToken }, AGENT),
    stranger.send("POST", "/api/auth/token", { code: CANARY, codeVerifier: `${CANARY}${"x".repeat(43)}`, redirectUri: `http://127.0.0.1/${CANARY}` }, AGENT),
    signInForm(),
    resetLink(),
    send("PATCH", "/api/users/me", { name: `${CANARY} Lu` }),
    send("PATCH", `/api/auth/devices/${deviceId}`, { name: `${CANARY} desk` }),
    send("POST", "/api/auth/password", { currentPassword: PASSWORD, newPassword: `${PASSWORD} more` }),
    send("GET", `/api/admin/sessions?q=${CANARY}`),
    send("GET", `/api/admin/users?q=${CANARY}`),
    send("POST", "/api/admin/sessions/end", { q: CANARY, dryRun: false, reason: `${CANARY} reason` }),
    send("GET", `/api/auth/activity?cursor=${CANARY}`),
    send("GET", "/api/auth/sessions", undefined, bearer),
    send("GET", "/api/auth/session"),
    ...["/devices", "/activity", "/profile", `/admin/devices?q=${CANARY}`, `/admin/users?q=${CANARY}`, "/admin/audit", `/sign-in?next=/${CANARY}`, `/authorize?state=${CANARY}`].map((path) => send("GET", path)),
  ];
  return Promise.allSettled(calls);
}

/** The page's own form, as a browser without scripts sends it. */
async function signInForm(): Promise<void> {
  const page = await fetch(`${app.url}/sign-in`);
  const { type, body } = multipart({ ...formOf(await page.text(), "password"), email: EMAIL, password: PASSWORD, next: `/${CANARY}` });
  await fetch(`${app.url}/sign-in?next=/${CANARY}`, { method: "POST", redirect: "manual", headers: { ...AGENT, origin: app.url, "content-type": type }, body });
}

/** Makes a link for somebody to set a password by, and opens it. */
async function resetLink(): Promise<void> {
  const { status, body } = await owner.send("POST", `/api/admin/users/${colleagueId}/reset-link`, {}, AGENT);
  if (status !== 201) return;
  const { pathname, search } = new URL(body.url);
  secrets.add(search.slice("?token=".length));
  linksMade++;
  const browser = httpClient(app.url);
  for (const path of [pathname + search, pathname]) await browser.send("GET", path, undefined, AGENT);
}

/** The lines logged since `from` that hold a secret, each with the secret. */
function leaks(from: number): string[] {
  const lines = app.output().slice(from).split("\n");
  return [...secrets].flatMap((secret) => lines.filter((line) => line.includes(secret)).map((line) => `${secret.slice(0, 24)} in ${line.slice(0, 400)}`));
}

/** Runs everything under some trouble that must have left its mark in the log; what leaked. */
async function logged(mark: RegExp): Promise<string[]> {
  const from = app.output().length;
  await everything();
  await sleep(500);
  expect(app.output().slice(from), "the trouble was logged").toMatch(mark);
  return leaks(from);
}

async function wellAgain(): Promise<void> {
  for (;;) {
    const answer = await fetch(`${app.url}/api/ready`);
    if (answer.status === 200) return;
    await sleep(200);
  }
}

describe("no line of the log holds a parameter, an address as typed, a hash, a token or a cookie", () => {
  // The second leaves replay alone: while that fails the middleware answers in place of the pages.
  test.each(["users, sessions, devices, addresses, events, refresh_tokens", "events, roles, addresses"])("while %s are locked by somebody else", async (tables) => {
    const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
    atEnd(() => sql.end({ timeout: 1 }));
    // Known without PostgreSQL from here on, so that pages get as far as their own statements, and fail there.
    expect((await owner.send("GET", "/api/auth/session")).status).toBe(200);
    let found: string[] = [];
    await sql.begin(async (tx) => {
      await tx.unsafe(`lock table ${tables} in access exclusive mode`);
      found = await logged(/lock timeout/);
    });
    expect(found).toEqual([]);
  });

  test("when a constraint refuses, and PostgreSQL names the values", async () => {
    await query(databaseUrl, `alter table users add constraint one_name check (name not like '%Li') not valid, add constraint other_name check (name not like '%Lu') not valid`);
    await query(databaseUrl, "create unique index one_password on users (left(password_hash, 9))");
    await query(databaseUrl, "create function refuse() returns trigger language plpgsql as $$ begin perform new.given_name::int; return new; end $$");
    await query(databaseUrl, "create trigger refuse before update on devices for each row execute function refuse()");
    const found = await logged(/violates check constraint/);
    await query(databaseUrl, "drop trigger refuse on devices");
    await query(databaseUrl, "drop index one_password");
    await query(databaseUrl, "alter table users drop constraint one_name, drop constraint other_name");
    expect(found).toEqual([]);
  });

  test.each([["slow", 700], ["frozen", "frozen"], ["cut", "cut"]] as const)("while the way to PostgreSQL is %s", async (_name, network) => {
    proxy.network(network);
    const found = await logged(/request failed/);
    proxy.network("open");
    await wellAgain();
    expect(found).toEqual([]);
  });

  test("nor does any line of the whole run", () => {
    expect(app.output(), "PostgreSQL quoted a value").toMatch(/22P02/);
    expect(linksMade).toBeGreaterThan(0);
    expect(leaks(0)).toEqual([]);
  });
});
