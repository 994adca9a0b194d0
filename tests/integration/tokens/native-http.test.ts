import { beforeAll, describe, expect, test } from "vitest";
import { signInAnswer } from "@/lib/auth/schema";
import { sha256 } from "@/lib/core/crypto";
import { newId } from "@/lib/core/ids";
import { query } from "@/scripts/servers/query";
import { newDatabase } from "@/tests/support/new-database";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestRedis } from "@/tests/support/test-redis";
import { httpClient, PASSWORD, signedUp } from "../api/http-client";

const PAGE = "https://app.example.org";
const PHONE = { name: "Zoë’s phone", platform: "Android 16", appVersion: "2.3.1" };

let app: TestApp;
let database: string;
beforeAll(async () => {
  const redis = await startTestRedis();
  database = await newDatabase();
  app = await startApp({ env: { DATABASE_URL: database, REDIS_URL: redis.url, CORS_ORIGINS: `${PAGE},https://other.example.org`, MAX_CONCURRENT_SESSIONS: "3" } });
}, 300_000);

type Headers = Record<string, string>;

/** A call as a program makes it: no Origin, no cookies unless given. */
async function send(method: string, path: string, body?: unknown, headers: Headers = {}) {
  const answer = await fetch(app.url + path, {
    method,
    headers: { "user-agent": "Acme/2.3.1 (Android 16)", ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const isJson = /json/.test(answer.headers.get("content-type") ?? "");
  return { status: answer.status, headers: answer.headers, cookies: answer.headers.getSetCookie(), body: isJson && text !== "" ? JSON.parse(text) : null };
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function nativeUp(device: object = PHONE) {
  const email = `phone-${newId()}@example.com`;
  const answer = await send("POST", "/api/auth/signup", { email, password: PASSWORD, name: "Zo Li", client: "native", device });
  expect(answer.status).toBe(201);
  return { email, answer, ...answer.body, tokens: answer.body.tokens };
}

describe("a native client", () => {
  test("signs up and in without a cookie, and is shown as the app that it is", async () => {
    const { email, answer, tokens, user } = await nativeUp();
    expect(signInAnswer.parse(answer.body)).toEqual(answer.body);
    expect(answer.cookies).toEqual([]);
    expect(tokens).toMatchObject({ tokenType: "Bearer", expiresIn: 900, refreshExpiresIn: 604_800 });
    expect(answer.body.session).toMatchObject({ client: "native", current: true, device: { name: PHONE.name, named: false, kind: "app", os: "Android 16", browser: "Acme 2.3.1" } });
    const days = (Date.parse(answer.body.session.absoluteExpiresAt) - Date.parse(answer.body.session.createdAt)) / 86_400_000;
    expect(days).toBeCloseTo(90, 3);
    const who = await send("GET", "/api/auth/session", undefined, bearer(tokens.accessToken));
    // Its picture may have come meanwhile.
    const { image: _image, ...known } = user;
    expect(who).toMatchObject({ status: 200, cookies: [], body: { user: known, session: { id: answer.body.session.id, client: "native" } } });
    const browser = httpClient(app.url);
    await browser.send("POST", "/api/auth/signin", { email, password: PASSWORD });
    const list = await browser.send("GET", "/api/auth/sessions");
    expect(list.body.items.map((session: any) => [session.client, session.device.kind])).toEqual([["browser", "desktop"], ["native", "app"]]);
  });

  test("is the same device again with its device token, a new one without; a forged one is none", async () => {
    const { email, deviceToken, session } = await nativeUp();
    const again = async (device: object) => (await send("POST", "/api/auth/signin", { email, password: PASSWORD, client: "native", device })).body;
    expect((await again({ ...PHONE, token: deviceToken })).session.device.id).toBe(session.device.id);
    expect((await again({ ...PHONE, token: `${deviceToken.slice(0, -5)}AAA~2` })).session.device.id).not.toBe(session.device.id);
    expect((await again({ appVersion: "3" })).session.device).toMatchObject({ name: "Acme", kind: "app", os: null, browser: "Acme 3" });
    const browser = httpClient(app.url);
    const cookie = await browser.send("POST", "/api/auth/signin", { email, password: PASSWORD });
    const stolen = browser.jar.get("latchkey-device") as string;
    expect((await again({ token: stolen })).session.device.id, "a browser's device cookie is no device token").not.toBe(cookie.body.session.device.id);
    expect((await send("POST", "/api/auth/signin", { email, password: PASSWORD, client: "native" })).body.session.device.name).toBe("Acme");
  });

  test("a token that is none is refused as such, however long; to revoke it is no error", async () => {
    const long = "x".repeat(60_000);
    expect(await send("POST", "/api/auth/refresh", { refreshToken: long })).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
    expect((await send("POST", "/api/auth/revoke", { token: long })).status).toBe(200);
  });

  test("counts towards the limit and is ended like any other session, by anyone of the account", async () => {
    const { email, tokens, session } = await nativeUp();
    const browser = httpClient(app.url);
    await browser.send("POST", "/api/auth/signin", { email, password: PASSWORD });
    expect((await browser.send("DELETE", `/api/auth/sessions/${session.id}`)).status).toBe(204);
    expect((await send("GET", "/api/users/me", undefined, bearer(tokens.accessToken))).status).toBe(401);
    expect(await send("POST", "/api/auth/refresh", { refreshToken: tokens.refreshToken })).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
    const natives = [];
    for (let count = 0; count < 4; count++) natives.push((await send("POST", "/api/auth/signin", { email, password: PASSWORD, client: "native", device: PHONE })).body);
    expect((await browser.send("GET", "/api/auth/session")).status).toBe(401);
    expect((await send("GET", "/api/users/me", undefined, bearer(natives[0].tokens.accessToken))).status).toBe(401);
    const out = await send("POST", "/api/auth/logout", undefined, bearer(natives[3].tokens.accessToken));
    expect([out.status, out.cookies]).toEqual([204, []]);
    expect((await send("GET", "/api/users/me", undefined, bearer(natives[3].tokens.accessToken))).status).toBe(401);
  });

  test("refreshes; an older token ends the session and says so", async () => {
    const { tokens } = await nativeUp();
    const second = await send("POST", "/api/auth/refresh", { refreshToken: tokens.refreshToken });
    expect(second).toMatchObject({ status: 200, cookies: [], body: { session: { client: "native" }, tokens: { tokenType: "Bearer" } } });
    const third = await send("POST", "/api/auth/refresh", { refreshToken: second.body.tokens.refreshToken });
    expect(third.status).toBe(200);
    const reused = await send("POST", "/api/auth/refresh", { refreshToken: tokens.refreshToken });
    expect(reused).toMatchObject({ status: 401, body: { code: "token_reused" } });
    for (const { accessToken } of [tokens, second.body.tokens, third.body.tokens]) expect((await send("GET", "/api/auth/session", undefined, bearer(accessToken))).status).toBe(401);
    expect((await send("POST", "/api/auth/refresh", { refreshToken: third.body.tokens.refreshToken })).status).toBe(401);
  });

  test("revokes a token: 200, known or not", async () => {
    const { tokens } = await nativeUp();
    const next = (await send("POST", "/api/auth/refresh", { refreshToken: tokens.refreshToken })).body.tokens;
    for (const token of [tokens.accessToken, tokens.accessToken, "unknown", "a.b.c"]) expect(await send("POST", "/api/auth/revoke", { token })).toMatchObject({ status: 200, body: {} });
    const ask = async (token: string) => (await send("GET", "/api/auth/session", undefined, bearer(token))).status;
    expect([await ask(tokens.accessToken), await ask(next.accessToken)]).toEqual([401, 200]);
    expect((await send("POST", "/api/auth/revoke", { token: next.refreshToken })).status).toBe(200);
    expect(await ask(next.accessToken)).toBe(401);
  });

  test("follows the event stream, which closes with its session and with its token", async () => {
    const { tokens, session } = await nativeUp();
    const next = (await send("POST", "/api/auth/refresh", { refreshToken: tokens.refreshToken })).body.tokens;
    const read = async (token: string) => (await fetch(`${app.url}/api/auth/events`, { headers: bearer(token) })).text();
    const [first, second] = [read(tokens.accessToken), read(next.accessToken)];
    await new Promise((resolve) => setTimeout(resolve, 300));
    await send("POST", "/api/auth/revoke", { token: tokens.accessToken });
    expect(await first).not.toContain("session.ended");
    await send("POST", "/api/auth/revoke", { token: next.refreshToken });
    expect(await second).toContain(`event: session.ended\ndata: {"sessionId":"${session.id}","reason":"signed_out"}`);
    expect((await fetch(`${app.url}/api/auth/events`, { headers: bearer(next.accessToken) })).status).toBe(401);
  });

  test("keys are published, private halves are not", async () => {
    const { headers, body } = await send("GET", "/api/auth/jwks.json");
    expect(headers.get("content-type")).toContain("application/json");
    expect(body).toEqual({ keys: [{ kty: "OKP", crv: "Ed25519", x: expect.any(String), kid: expect.any(String), alg: "EdDSA", use: "sig" }] });
  });
});

describe("cookie and token", () => {
  test("a request with both is judged by the token alone, and no cookie is sent, taken or renewed", async () => {
    const { client, answer } = await signedUp(app.url);
    const cookie = [...client.jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const { tokens, user } = await nativeUp();
    const both = await send("GET", "/api/auth/session", undefined, { cookie, ...bearer(tokens.accessToken) });
    expect([both.body.user.id, both.cookies]).toEqual([user.id, []]);
    for (const authorization of ["Bearer x", "bearer", "Bearer ", "BEARER a.b.c", `Bearer ${tokens.accessToken}, Bearer x`]) {
      expect((await send("GET", "/api/auth/session", undefined, { cookie, authorization })).status, authorization).toBe(401);
      expect((await send("POST", "/api/auth/logout", undefined, { cookie, authorization, origin: app.url })).status, authorization).toBe(401);
    }
    const out = await send("POST", "/api/auth/logout", undefined, { cookie, ...bearer(tokens.accessToken) });
    expect([out.status, out.cookies]).toEqual([204, []]);
    const basic = await send("GET", "/api/auth/session", undefined, { cookie, authorization: "Basic eDp5" });
    expect([basic.status, basic.body.user.id], "another scheme is none of ours").toEqual([200, answer.body.user.id]);
  });

  test("native sign-in reads and sets no cookie: the session of the one that came along goes on", async () => {
    const { client, email } = await signedUp(app.url);
    const cookie = [...client.jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const native = await send("POST", "/api/auth/signin", { email, password: PASSWORD, client: "native" }, { cookie });
    expect([native.status, native.cookies]).toEqual([200, []]);
    expect((await send("POST", "/api/auth/refresh", { refreshToken: native.body.tokens.refreshToken }, { cookie })).cookies).toEqual([]);
    expect((await send("POST", "/api/auth/revoke", { token: native.body.tokens.refreshToken }, { cookie })).cookies).toEqual([]);
    expect((await client.send("GET", "/api/auth/session")).status).toBe(200);
    const refreshed = await client.send("POST", "/api/auth/refresh");
    expect([refreshed.status, refreshed.cookies.length]).toEqual([200, 1]);
  });

  test("nor does an app that exchanges the code which the browser brought it, whatever comes along", async () => {
    const { client, answer } = await signedUp(app.url);
    const cookie = [...client.jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const { user, session } = answer.body;
    const [code, codeVerifier, redirectUri] = ["c".repeat(43), "v".repeat(43), "http://127.0.0.1:49152/callback"];
    await query(database, "insert into authorization_codes (hash, user_id, ways, session_id, challenge, redirect_uri, expires_at) values ($1, $2, 0, $3, $4, $5, now() + interval '1 minute')", [sha256(code), user.id, session.id, sha256(codeVerifier), redirectUri]);
    const exchange = (more: object, headers: Headers = {}) => send("POST", "/api/auth/token", { code, codeVerifier, redirectUri, ...more }, headers);
    for (const origin of ["https://evil.example", "null"]) expect((await exchange({}, { origin })).body).toMatchObject({ code: "cross_origin" });
    for (const more of [{ codeVerifier: "short" }, { codeVerifier: "é".repeat(43) }, { codeVerifier: "v".repeat(129) }, { redirectUri: undefined }, { grantType: "authorization_code" }]) expect((await exchange(more)).status, JSON.stringify(more)).toBe(400);
    expect(await exchange({ codeVerifier: "w".repeat(43) })).toMatchObject({ status: 401, cookies: [], body: { code: "invalid_code", title: "This code is not right." } });
    const begun = await exchange({ device: PHONE }, { cookie, origin: PAGE });
    expect([begun.status, begun.cookies, begun.headers.get("access-control-allow-origin"), begun.headers.get("cache-control")]).toEqual([200, [], PAGE, "private, no-store"]);
    expect(signInAnswer.parse(begun.body)).toMatchObject({ user: { id: user.id }, session: { client: "native", device: { name: PHONE.name } }, tokens: { tokenType: "Bearer" }, deviceToken: expect.any(String) });
    expect(begun.body).not.toHaveProperty("proof");
    expect((await client.send("GET", "/api/auth/session")).status).toBe(200);
  });

  test("a Bearer request needs no Origin of ours, a cookie's does", async () => {
    const { tokens } = await nativeUp();
    const { client } = await signedUp(app.url);
    const cookie = [...client.jar].map(([name, value]) => `${name}=${value}`).join("; ");
    for (const origin of ["https://evil.example", "null", PAGE]) {
      expect((await send("PATCH", "/api/users/me", { name: "Zo" }, { origin, ...bearer(tokens.accessToken) })).status, origin).toBe(200);
      expect((await send("PATCH", "/api/users/me", { name: "Zo" }, { origin, cookie })).status, origin).toBe(403);
      expect((await send("PATCH", "/api/users/me", { name: "Zo" }, { origin, cookie, authorization: "Basic x" })).status, origin).toBe(403);
    }
  });

  test("hostile tokens are 401, a huge one 431", async () => {
    const { tokens } = await nativeUp();
    const [head, claims, signature] = tokens.accessToken.split(".");
    const none = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString("base64url")}.${claims}.`;
    for (const token of [none, `${head}.${claims}.`, `${head}.${claims}.${"A".repeat(86)}`, `${head}.${signature}.${claims}`, tokens.refreshToken, "a".repeat(12_000)]) {
      expect((await send("GET", "/api/users/me", undefined, bearer(token))).status, token.slice(0, 40)).toBe(401);
    }
    const huge = await fetch(`${app.url}/api/users/me`, { headers: bearer("a".repeat(1_000_000)) }).then(({ status }) => status, () => 431);
    expect(huge).toBe(431);
  });
});

describe("pages of CORS_ORIGINS", () => {
  const allowed = (answer: { headers: globalThis.Headers }) => [answer.headers.get("access-control-allow-origin"), answer.headers.get("access-control-allow-credentials")];

  test("may ask, with the Authorization header, never with credentials; others may not", async () => {
    for (const path of ["/api/auth/signin", "/api/users/me", "/api/auth/sessions", "/api/auth/session"]) {
      const preflight = await send("OPTIONS", path, undefined, { origin: PAGE, "access-control-request-method": "GET", "access-control-request-headers": "authorization" });
      expect(preflight.status).toBe(204);
      expect(allowed(preflight)).toEqual([PAGE, null]);
      expect(preflight.headers.get("access-control-allow-headers")?.toLowerCase()).toContain("authorization");
      expect(preflight.headers.get("vary")).toContain("Origin");
      for (const origin of ["https://evil.example", "null", `${PAGE}.evil.example`, PAGE.replace("https", "http")]) {
        const foreign = await send("OPTIONS", path, undefined, { origin, "access-control-request-method": "GET" });
        expect(allowed(foreign)).toEqual([null, null]);
        expect(foreign.headers.has("access-control-allow-headers")).toBe(false);
      }
    }
  });

  test("can read every answer to a native client, good and bad; also the one of the middleware", async () => {
    const { tokens, email } = await nativeUp();
    const from = { origin: PAGE };
    const asked = [
      await send("GET", "/api/auth/session", undefined, { ...from, ...bearer(tokens.accessToken) }),
      await send("GET", "/api/auth/session", undefined, from),
      await send("GET", "/api/users/me", undefined, { ...from, ...bearer(tokens.accessToken) }),
      await send("GET", "/api/users/me", undefined, { ...from, ...bearer("x") }),
      await send("POST", "/api/auth/signin", { email, password: PASSWORD, client: "native" }, from),
      await send("POST", "/api/auth/signin", { email, password: "wrong", client: "native" }, from),
      await send("POST", "/api/auth/refresh", { refreshToken: tokens.refreshToken }, from),
      await send("POST", "/api/auth/revoke", { token: "x" }, from),
      await send("GET", "/api/auth/jwks.json", undefined, from),
    ];
    expect(asked.map(({ status }) => status)).toEqual([200, 401, 200, 401, 200, 401, 200, 200, 200]);
    for (const answer of asked) expect([...allowed(answer), answer.cookies]).toEqual([PAGE, null, []]);
  });

  test("give an attempt up by its text, and no cookie of anybody's with it", async () => {
    const giveUp = (origin: string, more: Headers) => send("DELETE", "/api/auth/attempt", undefined, { origin, ...more });
    const held = await giveUp(PAGE, { "x-latchkey-attempt": "x" });
    expect([held.status, held.cookies]).toEqual([410, []]);
    for (const refused of [await giveUp(PAGE, {}), await giveUp("https://evil.example", { "x-latchkey-attempt": "x" })]) expect(refused.status).toBe(403);
  });

  test("every answer that depends on who asks says so, whatever it is and whoever asks: a cache would give one's to the other", async () => {
    const asked: [string, string, unknown?][] = [
      ["GET", "/api/auth/session"], ["GET", "/api/users/me"], ["GET", "/api/users/nobody"], ["POST", "/api/auth/signin", { email: "a@example.com", password: "x", client: "native" }], ["POST", "/api/auth/signin", "no object"],
      ["GET", "/api/auth/signin"], ["DELETE", "/api/users/me"], ["GET", "/api/auth/jwks.json"], ["GET", "/api/openapi.json"], ["GET", "/api/avatars/x/y/small"], ["OPTIONS", "/api/users/me"], ["HEAD", "/api/users/me"],
    ];
    const without: unknown[] = [];
    for (const [method, path, body] of asked) {
      for (const from of [{}, { origin: PAGE }, { origin: "https://evil.example" }] as Headers[]) {
        const { status, headers } = await send(method, path, body, from);
        if (!/(^|, )Origin(,|$)/.test(headers.get("vary") ?? "")) without.push([method, path, status, from, headers.get("vary")]);
      }
    }
    expect(without).toEqual([]);
  });

  test("cannot sign a browser in, nor may others sign in natively", async () => {
    const { email } = await nativeUp();
    const input = { email, password: PASSWORD };
    expect(await send("POST", "/api/auth/signin", input, { origin: PAGE })).toMatchObject({ status: 403, body: { code: "cross_origin" }, cookies: [] });
    expect((await send("POST", "/api/auth/signin", { ...input, client: "browser" }, { origin: PAGE })).status).toBe(403);
    expect((await send("POST", "/api/auth/signin", { ...input, client: "browser" }, { origin: PAGE, ...bearer("x") })).status).toBe(403);
    expect((await send("POST", "/api/auth/refresh", undefined, { origin: PAGE })).status).toBe(403);
    for (const path of ["signin", "refresh", "revoke"]) {
      const body = path === "signin" ? { ...input, client: "native" } : path === "refresh" ? { refreshToken: "x" } : { token: "x" };
      for (const origin of ["https://evil.example", "null"]) expect((await send("POST", `/api/auth/${path}`, body, { origin })).status, `${path} ${origin}`).toBe(403);
    }
  });
});
