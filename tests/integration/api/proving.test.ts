import { beforeAll, expect, test, vi } from "vitest";
import { query } from "@/scripts/servers/query";
import { openEventStream } from "@/tests/support/event-stream";
import { codeTo, linkTo, wrongCode } from "@/tests/support/mail-links";
import { newDatabase } from "@/tests/support/new-database";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { startTestRedis } from "@/tests/support/test-redis";
import { type Answer, type HttpClient, httpClient, PASSWORD } from "./http-client";

let app: TestApp;
let inbox: TestMail;
let databaseUrl: string;
let made = 0;

beforeAll(async () => {
  [inbox, databaseUrl] = [await startTestMail(), await newDatabase()];
  app = await startApp({ env: { DATABASE_URL: databaseUrl, REDIS_URL: (await startTestRedis()).url, ...inbox.env } });
}, 300_000);

const newAddress = () => `caller-${++made}@example.com`;

async function begun(client = httpClient(app.url), email = newAddress()): Promise<{ client: HttpClient; email: string; answer: Answer }> {
  const answer = await client.send("POST", "/api/auth/signup", { email, password: PASSWORD, name: "Zo Li" });
  expect(answer.status).toBe(202);
  return { client, email, answer };
}

async function signedUp(): Promise<{ client: HttpClient; email: string }> {
  const { client, email } = await begun();
  expect((await client.send("POST", "/api/auth/attempt/prove", { method: "email_code", code: await codeTo(inbox, email) })).status).toBe(201);
  return { client, email };
}

test("the stream of an attempt says that it has changed, and closes when it is over", async () => {
  const { client, email } = await begun();
  const stream = await openEventStream(app.url, client, "/api/auth/attempt/events");
  const code = await codeTo(inbox, email);
  await client.send("POST", "/api/auth/attempt/prove", { method: "email_code", code: wrongCode(code) });
  await vi.waitFor(() => expect(stream.text.match(/event: attempt\.changed/g)).toHaveLength(1));
  expect(stream.closed).toBe(false);
  expect((await client.send("POST", "/api/auth/attempt/prove", { method: "email_code", code })).status).toBe(201);
  await vi.waitFor(() => expect([stream.closed, stream.text.match(/event: attempt\.changed/g)?.length]).toEqual([true, 2]));
  expect((await client.send("GET", "/api/auth/attempt/events")).body).toMatchObject({ status: 410, code: "attempt_over" });
});

test("and when it is given up; nobody else can listen", async () => {
  const { client } = await begun();
  const stream = await openEventStream(app.url, client, "/api/auth/attempt/events");
  await expect(openEventStream(app.url, httpClient(app.url), "/api/auth/attempt/events")).rejects.toThrow("410");
  expect((await client.send("DELETE", "/api/auth/attempt")).status).toBe(204);
  await vi.waitFor(() => expect(stream.closed).toBe(true));
});

test("a step-up has a cookie of its own: a session's cookie alone changes no address", async () => {
  const { client, email } = await signedUp();
  const thief = httpClient(app.url);
  for (const name of ["latchkey", "latchkey-device"]) thief.jar.set(name, client.jar.get(name) as string);
  expect((await thief.send("GET", "/api/auth/proof")).body).toEqual({ ways: ["password"], provenUntil: null });
  expect((await thief.send("POST", "/api/auth/email", { email: newAddress() })).body).toMatchObject({ status: 403, code: "proof_required", ways: ["password"] });
  expect((await client.send("GET", "/api/auth/proof")).body).toEqual({ ways: ["password"], provenUntil: expect.stringMatching(/Z$/) });

  const next = newAddress();
  const asked = await client.send("POST", "/api/auth/email", { email: next });
  expect([asked.status, asked.body]).toEqual([202, { attempt: { kind: "email_change", address: next, expiresAt: expect.any(String), ways: ["email_code"], mail: { resendAt: expect.any(String), left: 2 }, digits: null } }]);
  const changed = await client.send("POST", "/api/auth/attempt/prove", { method: "email_code", code: await codeTo(inbox, next) });
  expect([changed.status, changed.body]).toMatchObject([200, { email: next, emailVerified: true }]);
  expect((await client.send("GET", "/api/users/me")).body.email).toBe(next);

  const undone = await httpClient(app.url).send("POST", "/api/auth/email/undo", { token: new URL(await linkTo(inbox, email, "undo")).searchParams.get("token") });
  expect([undone.status, undone.body]).toEqual([200, { ended: 1, reset: expect.any(String) }]);
  expect((await client.send("GET", "/api/auth/session")).status).toBe(401);
});

test("a wrong password steps nothing up; the right one does, by a cookie that no script reads", async () => {
  const { client } = await signedUp();
  await query(databaseUrl, "update sessions set proven_at = proven_at - interval '1 hour'");
  expect((await client.send("POST", "/api/auth/email", { email: newAddress() })).body.code).toBe("proof_required");
  expect((await client.send("POST", "/api/auth/proof", { method: "password", password: "no such phrase" })).body).toMatchObject({ status: 401, code: "invalid_credentials" });
  const proven = await client.send("POST", "/api/auth/proof", { method: "password", password: PASSWORD });
  expect([proven.status, proven.body]).toEqual([200, { ways: ["password"], provenUntil: expect.any(String) }]);
  expect(proven.cookies.filter((cookie) => !cookie.startsWith("latchkey="))).toEqual([expect.stringMatching(/^latchkey-proof=[\w-]{43}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/)]);
  expect((await client.send("POST", "/api/auth/email", { email: newAddress() })).status).toBe(202);
  expect((await client.send("DELETE", "/api/auth/email")).status).toBe(204);
  expect((await client.send("GET", "/api/auth/attempt")).body.code).toBe("attempt_over");
});

test("a native client holds attempt and proof as texts; a cookie beside its token counts for nothing", async () => {
  const phone = httpClient(app.url);
  const email = newAddress();
  const { attempt } = (await phone.send("POST", "/api/auth/signup", { email, password: PASSWORD, name: "Zo Li", client: "native" })).body;
  expect((await phone.send("GET", "/api/auth/attempt", undefined, { "x-latchkey-attempt": attempt.token })).body).toMatchObject({ kind: "sign_up", address: email });
  const { tokens, proof } = (await phone.send("POST", "/api/auth/attempt/prove", { method: "email_code", code: await codeTo(inbox, email), attempt: attempt.token })).body;
  const given = (await phone.send("POST", "/api/auth/signup", { email: newAddress(), password: PASSWORD, name: "Zo Li", client: "native" })).body;
  const up = await phone.send("DELETE", "/api/auth/attempt", undefined, { "x-latchkey-attempt": given.attempt.token });
  expect([up.status, up.headers.get("set-cookie")]).toEqual([204, null]);
  expect(phone.jar.size).toBe(0);
  const bearer = { authorization: `Bearer ${tokens.accessToken}` };
  const next = newAddress();
  expect((await phone.send("POST", "/api/auth/email", { email: next }, { ...bearer, cookie: `latchkey-proof=${proof}` })).body.code).toBe("proof_required");
  const asked = await phone.send("POST", "/api/auth/email", { email: next }, { ...bearer, "x-latchkey-proof": proof });
  expect([asked.status, asked.body]).toMatchObject([202, { attempt: { kind: "email_change" } }]);
  const changed = await phone.send("POST", "/api/auth/attempt/prove", { method: "email_code", code: await codeTo(inbox, next), attempt: asked.body.attempt.token });
  expect([changed.status, changed.body.email]).toEqual([200, next]);
  const again = (await phone.send("POST", "/api/auth/proof", { method: "password", password: PASSWORD }, bearer)).body;
  expect(again).toEqual({ ways: ["password"], provenUntil: expect.any(String), proof: expect.stringMatching(/^[\w-]{43}$/) });
  expect(phone.jar.size).toBe(0);
});

test("an address from before is proven by a code to it, without a step-up", async () => {
  const { client, email } = await signedUp();
  expect((await client.send("POST", "/api/auth/email/code")).body).toMatchObject({ status: 409, code: "conflict" });
  await query(databaseUrl, "update users set email_verified = false where email_key = $1", [email]);
  await query(databaseUrl, "update sessions set proven_at = proven_at - interval '1 hour'");
  expect((await client.send("POST", "/api/auth/email/code")).status).toBe(202);
  const proven = await client.send("POST", "/api/auth/verify-email", { email, otp: await codeTo(inbox, email, 2) });
  expect([proven.status, proven.body]).toMatchObject([200, { email, emailVerified: true }]);
});
