import { beforeAll, expect, test, vi } from "vitest";
import { codeOfStep, stepAt } from "@/lib/factors/totp";
import { query } from "@/scripts/servers/query";
import { openEventStream } from "@/tests/support/event-stream";
import { sharedApp } from "@/tests/support/shared-app";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestRedis } from "@/tests/support/test-redis";
import { type Answer, type HttpClient, httpClient, PASSWORD, signedUp } from "./http-client";

const FACTORS = "/api/auth/factors";
const PREFERENCES = "/api/auth/preferences";

let app: TestApp;
let databaseUrl: string;

beforeAll(async () => {
  ({ app, databaseUrl } = await sharedApp());
}, 300_000);

const codeNow = (secret: string, later = 0) => codeOfStep(secret, stepAt(Date.now()) + later);
/** Nobody's code. */
const WRONG = "12345";

type Send = HttpClient["send"];

/** Sets an authenticator app up, as if a step ago: its code of now is not spent by that. */
async function withTotp(send: Send): Promise<{ secret: string; codes: string[] }> {
  const { secret } = (await send("POST", `${FACTORS}/totp`)).body;
  const confirmed = await send("POST", `${FACTORS}/totp/confirm`, { code: codeNow(secret) });
  expect(confirmed.status).toBe(200);
  await query(databaseUrl, "update totp_factors set last_step = last_step - 1");
  return { secret, codes: confirmed.body.recoveryCodes };
}

const signIn = (client: HttpClient, email: string, more: object = {}): Promise<Answer> => client.send("POST", "/api/auth/signin", { email, password: PASSWORD, ...more });

test("an authenticator app is set up, asked for, and turned off", async () => {
  const { client, email } = await signedUp(app.url);
  expect((await client.send("GET", FACTORS)).body).toEqual({ password: true, secondStep: false, totp: false, passkeys: [], identities: [], recoveryCodesLeft: 0 });
  const begun = await client.send("POST", `${FACTORS}/totp`);
  expect([begun.status, begun.body]).toEqual([201, { secret: expect.stringMatching(/^[A-Z2-7]{32}$/), uri: expect.stringMatching(/^otpauth:\/\/totp\//) }]);
  expect(begun.headers.get("cache-control")).toBe("private, no-store");
  expect((await client.send("POST", `${FACTORS}/totp/confirm`, { code: WRONG })).body).toMatchObject({ status: 401, code: "invalid_code" });
  const confirmed = await client.send("POST", `${FACTORS}/totp/confirm`, { code: codeNow(begun.body.secret) });
  expect([confirmed.status, confirmed.body]).toEqual([200, { recoveryCodes: expect.any(Array) }]);
  expect((await client.send("GET", FACTORS)).body).toMatchObject({ secondStep: true, totp: true, recoveryCodesLeft: 10 });

  const browser = httpClient(app.url);
  const asked = await signIn(browser, email);
  expect([asked.status, asked.body]).toEqual([202, { attempt: { kind: "sign_in", address: email, expiresAt: expect.any(String), ways: ["totp", "recovery_code"], mail: null, digits: null } }]);
  expect(browser.jar.has("latchkey")).toBe(false);
  expect((await browser.send("POST", "/api/auth/attempt/prove", { method: "totp", code: WRONG })).body).toMatchObject({ status: 401, code: "invalid_code", triesLeft: 4 });
  expect((await browser.send("POST", "/api/auth/attempt/prove", { method: "totp", code: codeNow(begun.body.secret) })).body).toMatchObject({ code: "invalid_code", triesLeft: 3 });
  const proven = await browser.send("POST", "/api/auth/attempt/prove", { method: "totp", code: codeNow(begun.body.secret, 1), trustDevice: true });
  expect([proven.status, proven.body]).toMatchObject([200, { user: { email }, session: { current: true } }]);
  expect((await signIn(browser, email)).status).toBe(200);

  expect((await client.send("DELETE", `${FACTORS}/totp`)).status).toBe(204);
  expect((await client.send("GET", FACTORS)).body).toMatchObject({ secondStep: false, totp: false, recoveryCodesLeft: 0 });
  expect((await signIn(httpClient(app.url), email)).status).toBe(200);
});

test("a stolen session cookie changes none of it; the code of the app does", async () => {
  const { client } = await signedUp(app.url);
  const { secret, codes } = await withTotp(client.send);
  const thief = httpClient(app.url);
  for (const name of ["latchkey", "latchkey-device"]) thief.jar.set(name, client.jar.get(name) as string);
  for (const [method, path, body] of [
    ["POST", `${FACTORS}/totp`],
    ["POST", `${FACTORS}/totp/confirm`, { code: codeNow(secret) }],
    ["DELETE", `${FACTORS}/totp`],
    ["POST", `${FACTORS}/recovery-codes`],
  ] as const) {
    expect((await thief.send(method, path, body)).body, path).toMatchObject({ status: 403, code: "proof_required", ways: ["totp", "recovery_code"] });
  }
  expect((await thief.send("POST", "/api/auth/proof", { method: "password", password: PASSWORD })).body).toMatchObject({ code: "proof_required" });
  expect((await client.send("GET", FACTORS)).body).toMatchObject({ totp: true, recoveryCodesLeft: codes.length });
  // Its owner in another browser, by the code.
  expect((await thief.send("POST", "/api/auth/proof", { method: "totp", code: codeNow(secret) })).body).toEqual({ ways: ["totp", "recovery_code"], provenUntil: expect.any(String) });
  const made = await thief.send("POST", `${FACTORS}/recovery-codes`);
  expect([made.status, made.body.recoveryCodes.length]).toEqual([200, 10]);
  expect(made.body.recoveryCodes.some((code: string) => codes.includes(code))).toBe(false);
});

test("a native client does the same with texts in place of cookies", async () => {
  const phone = httpClient(app.url);
  const email = `phone-${Date.now()}@example.com`;
  const { tokens, proof } = (await phone.send("POST", "/api/auth/signup", { email, password: PASSWORD, name: "Zo Li", client: "native" })).body;
  const own = { authorization: `Bearer ${tokens.accessToken}`, "x-latchkey-proof": proof };
  const send: Send = (method, path, body) => phone.send(method, path, body, own);
  const { secret, codes } = await withTotp(send);
  expect((await phone.send("DELETE", `${FACTORS}/totp`, undefined, { authorization: own.authorization })).body).toMatchObject({ code: "proof_required" });

  const asked = (await signIn(phone, email, { client: "native" })).body;
  expect(asked.attempt).toMatchObject({ ways: ["totp", "recovery_code"], token: expect.any(String) });
  const prove = (method: string, code: string) => phone.send("POST", "/api/auth/attempt/prove", { attempt: asked.attempt.token, method, code });
  expect((await prove("recovery_code", "0000-0000-0000-0000")).body).toMatchObject({ code: "invalid_code", triesLeft: 4 });
  const proven = await prove("recovery_code", codes[0] ?? "");
  expect([proven.status, proven.body]).toMatchObject([200, { tokens: { tokenType: "Bearer" }, proof: expect.any(String) }]);
  expect((await prove("totp", codeNow(secret))).body).toMatchObject({ status: 410, code: "attempt_over" });
  expect((await send("GET", FACTORS)).body).toMatchObject({ recoveryCodesLeft: 9 });
  expect((await send("DELETE", `${FACTORS}/totp`)).status).toBe(204);
  expect(phone.jar.size).toBe(0);
});

test("too many wrong ones are told with how long to wait", async () => {
  const { client, email } = await signedUp(app.url);
  await withTotp(client.send);
  let last: Answer | null = null;
  for (let wrong = 0; wrong < 11; wrong++) {
    const browser = httpClient(app.url);
    await signIn(browser, email);
    last = await browser.send("POST", "/api/auth/attempt/prove", { method: "totp", code: WRONG });
  }
  expect(last?.body).toMatchObject({ status: 429, code: "rate_limited" });
  expect(Number(last?.headers.get("retry-after"))).toBeGreaterThan(3_000);
});

test("open pages hear of each change, and not of what was none", async () => {
  const { client } = await signedUp(app.url);
  const stream = await openEventStream(app.url, client, "/api/auth/events");
  const heard = (count: number) => vi.waitFor(() => expect(stream.text.match(/event: factors\.changed/g) ?? []).toHaveLength(count));
  await withTotp(client.send);
  await heard(1);
  await client.send("POST", `${FACTORS}/recovery-codes`);
  await heard(2);
  expect((await client.send("PATCH", PREFERENCES, { approveNewDevices: true })).body).toEqual({ approveNewDevices: true, secondStep: true, remindOfEnds: true });
  await heard(3);
  expect((await client.send("PATCH", PREFERENCES, { approveNewDevices: true })).status).toBe(200);
  for (let again = 0; again < 2; again++) expect((await client.send("DELETE", `${FACTORS}/totp`)).status).toBe(204);
  await heard(4);
  expect((await client.send("PATCH", PREFERENCES, { secondStep: true })).body).toMatchObject({ status: 409, code: "conflict" });
  expect((await client.send("POST", `${FACTORS}/recovery-codes`)).body).toMatchObject({ status: 409, code: "conflict" });
  await heard(4);
});

test("without keys to seal it with there is none", async () => {
  const keyless = await startApp({ env: { DATABASE_URL: databaseUrl, REDIS_URL: (await startTestRedis()).url, ENCRYPTION_KEYS: "" } });
  const { client } = await signedUp(keyless.url);
  expect((await client.send("POST", `${FACTORS}/totp`)).body).toMatchObject({ status: 404, code: "not_found" });
  expect((await client.send("GET", FACTORS)).body).toMatchObject({ totp: false });
});
