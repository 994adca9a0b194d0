import { beforeAll, expect, test } from "vitest";
import { newId } from "@/lib/core/ids";
import { query } from "@/scripts/servers/query";
import { type SoftPasskey, softwareAuthenticator } from "@/tests/support/software-authenticator";
import { sharedApp } from "@/tests/support/shared-app";
import type { TestApp } from "@/tests/support/start-app";
import { type Answer, type HttpClient, httpClient, PASSWORD, signedUp } from "./http-client";

let app: TestApp;
let databaseUrl: string;
let authenticator: ReturnType<typeof softwareAuthenticator>;

beforeAll(async () => {
  ({ app, databaseUrl } = await sharedApp());
  authenticator = softwareAuthenticator(app.url);
}, 900_000);

async function challenge(client: HttpClient, purpose: string, headers = {}): Promise<{ options: object; challenge: string }> {
  const answer = await client.send("POST", "/api/auth/passkeys/challenge", { purpose }, headers);
  expect([answer.status, answer.body]).toEqual([200, { options: expect.objectContaining({ challenge: expect.stringMatching(/^[\w-]{43}$/) }), challenge: expect.any(String) }]);
  return answer.body;
}

async function withPasskey(): Promise<{ client: HttpClient; soft: SoftPasskey; email: string; passkey: Answer["body"] }> {
  const { client, email } = await signedUp(app.url);
  const asked = await challenge(client, "register");
  const { response, passkey: soft } = authenticator.create(asked.options);
  const added = await client.send("POST", "/api/auth/passkeys", { response, challenge: asked.challenge });
  expect([added.status, added.body]).toEqual([201, { id: expect.any(String), name: "Firefox on Linux", synced: false, createdAt: expect.any(String), lastUsedAt: null }]);
  return { client, soft, email, passkey: added.body };
}

async function signIn(client: HttpClient, soft: SoftPasskey, deviation = {}): Promise<Answer> {
  const asked = await challenge(client, "sign_in");
  return client.send("POST", "/api/auth/signin/passkey", { response: authenticator.get(asked.options, soft, deviation), challenge: asked.challenge, remember: true });
}

test("a passkey signs in like a password; its challenge gives a new browser its cookie and nothing else", async () => {
  const { soft, email } = await withPasskey();
  const client = httpClient(app.url);
  const answer = await signIn(client, soft);
  expect([answer.status, answer.body]).toEqual([200, { user: expect.objectContaining({ email }), session: expect.objectContaining({ current: true, client: "browser" }) }]);
  expect([...client.jar.keys()].sort()).toEqual(["latchkey", "latchkey-device", "latchkey-proof"]);
  expect((await client.send("GET", "/api/auth/session")).status).toBe(200);
  const stranger = httpClient(app.url);
  const first = await stranger.send("POST", "/api/auth/passkeys/challenge", { purpose: "sign_in" });
  expect(first.cookies.map((cookie) => cookie.split("=")[0])).toEqual(["latchkey-device"]);
  expect((await stranger.send("POST", "/api/auth/passkeys/challenge", { purpose: "sign_in" })).cookies).toEqual([]);
  expect(first.headers.get("cache-control")).toBe("private, no-store");
});

test("looking at a page, and asking for a challenge, writes nothing", async () => {
  const counts = async () => (await query(databaseUrl, "select (select count(*) from spent_challenges) as spent, (select count(*) from attempts) as attempts, (select count(*) from events) as events, (select count(*) from devices) as devices"))[0];
  const before = await counts();
  const client = httpClient(app.url);
  for (let at = 0; at < 5; at++) for (const purpose of ["sign_in", "register"]) await challenge(client, purpose);
  expect(await counts()).toEqual(before);
});

test("an unknown passkey, a wrong signature and a disabled account answer alike: status, body, headers, cookies", async () => {
  const [known, other, disabled] = [await withPasskey(), await withPasskey(), await withPasskey()];
  await query(databaseUrl, "update users set disabled_at = now() where email_key = $1", [disabled.email]);
  const attempts: [SoftPasskey, object][] = [
    [{ ...known.soft, id: Buffer.from(newId()).toString("base64url") }, {}],
    [{ ...known.soft, privateKey: other.soft.privateKey }, {}],
    [known.soft, { userVerified: false }],
    [known.soft, { userHandle: null }],
    [disabled.soft, {}],
  ];
  const answers = [];
  for (const [soft, deviation] of attempts) {
    const { status, body, headers, cookies } = await signIn(httpClient(app.url), soft, deviation);
    const { date: _date, "x-request-id": _id, ...rest } = Object.fromEntries(headers);
    answers.push({ status, body, headers: rest, cookies });
  }
  expect(answers[0]).toMatchObject({ status: 401, body: { code: "invalid_credentials" }, cookies: [] });
  for (const answer of answers) expect(answer).toEqual(answers[0]);
});

test("what is no answer, comes from elsewhere or lacks a step-up is refused by its kind", async () => {
  const { client, soft, passkey } = await withPasskey();
  for (const body of [{}, { response: {} }, { response: "x", challenge: "y" }, { response: {}, challenge: "y", email: "x" }]) expect((await client.send("POST", "/api/auth/signin/passkey", body)).status).toBe(400);
  expect((await client.send("POST", "/api/auth/passkeys/challenge", { purpose: "other" })).status).toBe(400);
  expect((await client.send("POST", "/api/auth/passkeys/challenge", { purpose: "attempt" })).body).toMatchObject({ status: 410, code: "attempt_over" });
  expect((await httpClient(app.url).send("POST", "/api/auth/passkeys/challenge", { purpose: "prove" })).body).toMatchObject({ status: 401, code: "unauthenticated" });
  const foreign = { origin: "https://evil.example" };
  for (const [path, body] of [["signin/passkey", { response: {}, challenge: "y" }], ["passkeys/challenge", { purpose: "sign_in" }], ["passkeys", { response: {}, challenge: "y" }]] as const) {
    expect((await client.send("POST", `/api/auth/${path}`, body, foreign)).body, path).toMatchObject({ status: 403, code: "cross_origin" });
  }
  client.jar.delete("latchkey-proof");
  const needed = { status: 403, code: "proof_required", ways: ["passkey", "password"] };
  expect((await client.send("POST", "/api/auth/passkeys/challenge", { purpose: "register" })).body).toMatchObject(needed);
  expect((await client.send("POST", "/api/auth/passkeys", { response: {}, challenge: "y" })).body).toMatchObject(needed);
  expect((await client.send("DELETE", `/api/auth/passkeys/${passkey.id}`)).body).toMatchObject(needed);
  expect((await client.send("PATCH", `/api/auth/passkeys/${passkey.id}`, { name: " " })).status).toBe(400);
  expect((await client.send("PATCH", `/api/auth/passkeys/${passkey.id}`, { name: "Mine" })).body).toEqual({ ...passkey, name: "Mine" });
  const asked = await challenge(client, "prove");
  const proven = await client.send("POST", "/api/auth/proof", { method: "passkey", response: authenticator.get(asked.options, soft), challenge: asked.challenge });
  expect([proven.status, proven.body]).toMatchObject([200, { ways: ["passkey", "password"] }]);
  expect((await client.send("DELETE", `/api/auth/passkeys/${passkey.id}`)).status).toBe(204);
  expect((await client.send("DELETE", `/api/auth/passkeys/${passkey.id}`)).status).toBe(404);
  expect((await client.send("GET", "/api/auth/factors")).body).toMatchObject({ password: true, passkeys: [] });
});

test("a sign-up takes a password or a passkey, and not both", async () => {
  const client = httpClient(app.url);
  const asked = await challenge(client, "register");
  const { response, passkey: soft } = authenticator.create(asked.options);
  const passkey = { response, challenge: asked.challenge };
  const input = { email: `visitor-${newId()}@example.com`, name: "Zo Li" };
  for (const body of [input, { ...input, passkey, password: PASSWORD }]) expect((await client.send("POST", "/api/auth/signup", body)).body).toMatchObject({ status: 400, errors: [{ path: "password" }] });
  expect((await client.send("POST", "/api/auth/signup", { ...input, passkey: { response: {}, challenge: asked.challenge } })).body).toMatchObject({ status: 400, errors: [{ path: "passkey" }] });
  const answer = await client.send("POST", "/api/auth/signup", { ...input, passkey });
  expect([answer.status, answer.body.user.email]).toEqual([201, input.email]);
  expect((await client.send("GET", "/api/auth/factors")).body).toMatchObject({ password: false, passkeys: [{ name: "Firefox on Linux" }] });
  expect((await signIn(httpClient(app.url), soft)).status).toBe(200);
  const [last] = (await client.send("GET", "/api/auth/factors")).body.passkeys;
  expect((await client.send("DELETE", `/api/auth/passkeys/${last.id}`)).body).toMatchObject({ status: 409, code: "conflict" });
});

test("a native client gives its second step and its step-up by texts, without a cookie", async () => {
  const { soft, email } = await withPasskey();
  await query(databaseUrl, "update users set second_step = true where email_key = $1", [email]);
  const phone = httpClient(app.url);
  const { attempt } = (await phone.send("POST", "/api/auth/signin", { email, password: PASSWORD, client: "native" })).body;
  expect(attempt).toMatchObject({ kind: "sign_in", ways: ["passkey"], token: expect.any(String) });
  const asked = (await phone.send("POST", "/api/auth/passkeys/challenge", { purpose: "attempt", attempt: attempt.token })).body;
  expect(asked.options.allowCredentials).toMatchObject([{ id: soft.id }]);
  const proven = await phone.send("POST", "/api/auth/attempt/prove", { method: "passkey", response: authenticator.get(asked.options, soft), challenge: asked.challenge, attempt: attempt.token });
  expect([proven.status, proven.body]).toMatchObject([200, { tokens: { tokenType: "Bearer" }, proof: expect.any(String) }]);
  const bearer = { authorization: `Bearer ${proven.body.tokens.accessToken}` };
  const again = await challenge(phone, "prove", bearer);
  expect((await phone.send("POST", "/api/auth/proof", { method: "passkey", response: authenticator.get(again.options, soft), challenge: again.challenge }, bearer)).body).toMatchObject({ proof: expect.stringMatching(/^[\w-]{43}$/) });
  expect(phone.jar.size).toBe(0);
});
