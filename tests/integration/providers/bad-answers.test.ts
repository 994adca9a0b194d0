import { createHmac, createPublicKey } from "node:crypto";
import type { ServerResponse } from "node:http";
import { SignJWT, UnsecuredJWT } from "jose";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Context } from "@/lib/core/context";
import { beginAuthorization } from "@/lib/providers/begin-authorization";
import { listProviders } from "@/lib/providers/list-providers";
import { openRequest, type ProviderRequest, sealRequest } from "@/lib/providers/sealed-request";
import { type BadProvider, CLIENT, newKey, startBadProvider, without } from "@/tests/support/bad-provider";
import { openTestWorld } from "@/tests/support/context";
import { tally } from "@/tests/integration/auth/account";
import { comeBack, houseWith, roundTrip, sendThere } from "./round-trip";

let base: Context;
let context: Context;
let acme: BadProvider;
let evil: BadProvider;

beforeAll(async () => {
  [acme, evil] = await Promise.all([startBadProvider(), startBadProvider()]);
  base = (await openTestWorld({ HASH_THREADS: "1" })).context;
  context = houseWith(base, { name: "acme", issuer: acme.issuer }, { name: "evil", issuer: evil.issuer });
});

afterEach(() => acme.reset());

const refused = { failure: "invalid_credentials" };
const now = () => Math.floor(Date.now() / 1000);

test("who answers as they should is believed, and was sent the code's verifier and nothing in the address", async () => {
  expect(await roundTrip(context, acme)).toMatchObject({ identity: { provider: "acme", subject: "248289761001", email: "jane@example.com", emailTrusted: true, name: "Jane Doe", sid: null, authenticatedAt: null } });
  expect(Object.fromEntries(acme.sent)).toMatchObject({ grant_type: "authorization_code", code: "code", code_verifier: expect.stringMatching(/^[\w-]{43}$/), redirect_uri: "http://localhost:3000/api/auth/providers/acme/callback" });
});

describe("an ID token is worth nothing", () => {
  test.each<[string, (usual: Record<string, unknown>) => Record<string, unknown>]>([
    ["with a slash after its issuer", (usual) => ({ ...usual, iss: `${acme.issuer}/` })],
    ["of another issuer", (usual) => ({ ...usual, iss: evil.issuer })],
    ["for another client", (usual) => ({ ...usual, aud: "another" })],
    ["for two, of which the other is meant", (usual) => ({ ...usual, aud: [CLIENT.clientId, "another"], azp: "another" })],
    ["that is past", (usual) => ({ ...usual, iat: now() - 900, exp: now() - 60 })],
    ["that never ends", (usual) => without(usual, "exp")],
    ["of the future", (usual) => ({ ...usual, nbf: now() + 600 })],
    ["with the nonce of another request", (usual) => ({ ...usual, nonce: "another" })],
    ["without the nonce", (usual) => without(usual, "nonce")],
    ["of nobody", (usual) => without(usual, "sub")],
    ["of somebody with an endless name", (usual) => ({ ...usual, sub: "x".repeat(256) })],
    ["of somebody who is no text", (usual) => ({ ...usual, sub: 5 })],
  ])("%s", async (_what, claims) => {
    acme.claims = claims;
    expect(await roundTrip(context, acme)).toMatchObject(refused);
  });

  test("without a signature (alg none), or with one that the public key makes (HS256)", async () => {
    acme.sign = async (claims) => new UnsecuredJWT(claims).encode();
    expect(await roundTrip(context, acme)).toMatchObject(refused);
    const pem = createPublicKey({ key: (await acme.publicJwk()) as never, format: "jwk" }).export({ type: "spki", format: "pem" });
    acme.sign = (claims) => new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(Buffer.from(pem));
    expect(await roundTrip(context, acme)).toMatchObject(refused);
    // Known to the provider as well, and still no proof that it was the one who signed.
    acme.sign = (claims) => new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(createHmac("sha256", "").update(CLIENT.clientSecret).digest());
    expect(await roundTrip(context, acme)).toMatchObject(refused);
  });

  test("with another's signature, under whatever name, or when it was changed after signing", async () => {
    const other = await newKey();
    acme.sign = (claims) => new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: acme.key.kid }).sign(other.privateKey);
    expect(await roundTrip(context, acme)).toMatchObject(refused);
    acme.sign = async (claims) => {
      const [header, , signature] = (await acme.token(claims)).split(".");
      return [header, Buffer.from(JSON.stringify({ ...claims, sub: "another" })).toString("base64url"), signature].join(".");
    };
    expect(await roundTrip(context, acme)).toMatchObject(refused);
    acme.sign = async (claims) => new SignJWT(claims).setProtectedHeader({ alg: "RS256", jwk: await acme.publicJwk() }).sign(other.privateKey);
    expect(await roundTrip(context, acme)).toMatchObject(refused);
  });

  test("that is not there, or no token at all", async () => {
    for (const id_token of [undefined, null, "", "x", "a.b.c", 5, {}]) {
      acme.tokens = (usual) => ({ ...usual, id_token });
      expect(await roundTrip(context, acme)).toMatchObject(refused);
    }
  });
});

test("keys that change in the middle are found, and the ones before count no more", async () => {
  expect(await roundTrip(context, acme)).toHaveProperty("identity");
  const old = acme.key;
  await acme.rotate();
  expect(await roundTrip(context, acme)).toHaveProperty("identity");
  acme.sign = (claims) => new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: old.kid }).sign(old.privateKey);
  expect(await roundTrip(context, acme)).toMatchObject(refused);
});

describe("an answer", () => {
  test("that one provider gives for another is refused (mix-up, RFC 9207), before any code is passed on", async () => {
    acme.metadata = (usual) => ({ ...usual, authorization_response_iss_parameter_supported: true });
    const fresh = await startBadProvider();
    fresh.metadata = acme.metadata;
    const house = houseWith(base, { name: "acme", issuer: fresh.issuer });
    const sent = await sendThere(house);
    const before = fresh.asked.length;
    expect(await comeBack(house, sent, { iss: evil.issuer })).toMatchObject(refused);
    expect(await comeBack(house, sent, { iss: `${fresh.issuer}/` })).toMatchObject(refused);
    expect(await comeBack(house, sent), "without any").toMatchObject(refused);
    expect(fresh.asked).toHaveLength(before);
    fresh.nonce = sent.request.nonce;
    expect(await comeBack(house, sent, { iss: fresh.issuer })).toHaveProperty("identity");
  });

  test("with another state, two of them or none is to another request", async () => {
    const sent = await sendThere(context);
    for (const state of ["", "another", `${sent.request.state}x`]) expect(await comeBack(context, sent, { state })).toMatchObject({ failure: "attempt_over" });
    expect(await comeBack(context, { ...sent, request: { ...sent.request, name: "gone" } })).toMatchObject({ failure: "not_found" });
  });

  test("to a request that another version of the house has sealed is to none", async () => {
    const { request, browserId } = await sendThere(context);
    const open = (sealed: object) => openRequest(context, "acme", sealRequest(context, sealed as ProviderRequest), { browserId, sessionId: null });
    expect(open(request)).toEqual(request);
    expect(open({ ...request, more: true })).toBeNull();
    expect(open(without(request, "ways"))).toBeNull();
  });

  test("with tokens in the address, or no code, is none", async () => {
    const sent = await sendThere(context);
    for (const query of [{ code: "" }, { id_token: await acme.token({}) }, { response: "x" }] as Record<string, string>[]) expect(await comeBack(context, sent, query)).toMatchObject(refused);
  });
});

describe("an address", () => {
  test.each([[true, true], [false, false], [undefined, false], ["true", false], [1, false], [null, false]])("whose email_verified is %j is trusted: %j", async (email_verified, emailTrusted) => {
    acme.claims = (usual) => ({ ...usual, email_verified });
    expect(await roundTrip(context, acme)).toMatchObject({ identity: { email: "jane@example.com", emailTrusted } });
  });

  test("is trusted only where the operator says so", async () => {
    const house = houseWith(base, { name: "acme", issuer: acme.issuer, trustEmail: false });
    expect(await roundTrip(house, acme)).toMatchObject({ identity: { emailTrusted: false } });
  });

  test("that is none, and a name or picture that cannot be shown, are left out", async () => {
    acme.claims = (usual) => ({ ...usual, email: "jane@", name: "\u202Eenaj", picture: "http://pictures.example/jane.png" });
    expect(await roundTrip(context, acme)).toMatchObject({ identity: { email: null, name: null, picture: null } });
    acme.claims = (usual) => ({ ...usual, email: { a: 1 }, name: ["x"], picture: "javascript:alert(1)" });
    expect(await roundTrip(context, acme)).toMatchObject({ identity: { email: null, name: null, picture: null } });
  });

  test("that stands only at the UserInfo endpoint counts with what is said of it there, for the same subject", async () => {
    acme.claims = (usual) => without(usual, "email", "name");
    acme.userInfo = { sub: "248289761001", email: "joe@example.com", email_verified: false, name: "Joe" };
    expect(await roundTrip(context, acme)).toMatchObject({ identity: { email: "joe@example.com", emailTrusted: false, name: "Joe" } });
    acme.userInfo = { ...acme.userInfo, sub: "another" };
    expect(await roundTrip(context, acme)).toMatchObject(refused);
  });
});

describe("in time, and in words of ours", () => {
  const silent = () => true;
  const says = (status: number, body: string, type = "application/json") => (_request: unknown, response: ServerResponse) => Boolean(response.writeHead(status, { "content-type": type }).end(body));
  const trickles = (_request: unknown, response: ServerResponse) => {
    response.writeHead(200, { "content-type": "application/json" });
    const timer = setInterval(() => response.write(" "), 100);
    response.on("close", () => clearInterval(timer));
    return true;
  };

  /** As every request has it. */
  const hurried = (house: Context): Context => ({ ...house, request: { ...house.request, answerBy: performance.now() + 4_500 } });

  test("a provider that is silent, or drips, is given up within the request, and found when it is back", async () => {
    const started = performance.now();
    const lost = await Promise.all([silent, trickles].flatMap((before) => [isLost(before), begins(before)]));
    expect(performance.now() - started).toBeLessThan(4_500);
    for (const one of lost) expect(one).toMatchObject({ failure: "unavailable", detail: expect.stringContaining("does not answer") });
  });

  async function isLost(before: BadProvider["before"]) {
    const lost = await startBadProvider();
    const house = houseWith(base, { name: "lost", issuer: lost.issuer });
    const sent = await sendThere(house, "lost");
    lost.before = before;
    return comeBack(hurried(house), sent);
  }

  /** What comes of a start with one that nobody knows yet. */
  async function begins(before: BadProvider["before"]) {
    const unknown = await startBadProvider();
    unknown.before = before;
    const house = houseWith(base, { name: "new", issuer: unknown.issuer });
    const begun = await beginAuthorization(hurried(house), { name: "new", purpose: "sign_in", holder: "browser", next: null, remember: false });
    unknown.before = null;
    // It is asked again by the next one, and has come back.
    expect(await sendThere(house, "new")).toHaveProperty("url");
    return begun;
  }

  test.each([
    [500, "{}", "application/json"],
    [200, "<script>alert(1)</script>", "text/html"],
    [200, "null", "application/json"],
    [200, "[[[[", "application/json"],
    [200, `"${"x".repeat(2 * 1024 * 1024)}"`, "application/json"],
    [302, "", "text/plain"],
    [400, '{"error":"<script>","error_description":"<script>alert(1)</script>"}', "application/json"],
    [401, '{"error":"invalid_client"}', "application/json"],
  ])("one that answers %i with %.40s", async (status, body, type) => {
    const sent = await sendThere(context);
    acme.before = says(status, body, type);
    const results = [await comeBack(context, sent), await begins(says(status, body, type))];
    expect(JSON.stringify(results)).not.toMatch(/script|</);
    for (const result of results) expect(result).toMatchObject({ failure: expect.stringMatching(/^(unavailable|invalid_credentials)$/) });
  });

  test("one that is not there delays no page, and is found later", async () => {
    const house = houseWith(base, { name: "gone", issuer: "http://127.0.0.1:9" });
    const started = performance.now();
    expect(listProviders(house)).toEqual([{ name: "gone", label: "Acme" }]);
    expect(performance.now() - started).toBeLessThan(50);
    expect(await beginAuthorization(house, { name: "gone", purpose: "sign_in", holder: "browser", next: null, remember: false })).toMatchObject({ failure: "unavailable" });
    expect(await beginAuthorization(house, { name: "unknown", purpose: "sign_in", holder: "browser", next: null, remember: false })).toMatchObject({ failure: "not_found" });
  });

  test("one that publishes what is another's, or leads where secrets are heard, is not used", async () => {
    for (const change of [{ issuer: evil.issuer }, { issuer: undefined }, { authorization_endpoint: "javascript:alert(1)" }, { authorization_endpoint: "http://example.com/" }, { token_endpoint: "http://example.com/token" }, { jwks_uri: undefined }]) {
      const odd = await startBadProvider();
      odd.metadata = (usual) => ({ ...usual, ...change });
      const house = houseWith(base, { name: "odd", issuer: odd.issuer });
      expect(await beginAuthorization(house, { name: "odd", purpose: "sign_in", holder: "browser", next: null, remember: false })).toMatchObject({ failure: "unavailable" });
    }
  });

  test("answers that come to nothing are counted, so that nobody has a provider asked for ever", async () => {
    const house = houseWith(base, { name: "acme", issuer: acme.issuer }, { name: "second", issuer: acme.issuer });
    const sent = await sendThere(house);
    acme.before = says(400, '{"error":"invalid_grant"}');
    const outcomes: unknown[] = [];
    for (let round = 0; round < 21; round++) outcomes.push(...(await Promise.all(Array.from({ length: 5 }, () => comeBack(house, sent)))));
    expect(outcomes.filter((outcome) => (outcome as { failure?: string }).failure === "rate_limited")).toHaveLength(5);
    // Neither another provider's people there nor a session of the house has to wait for it.
    expect(await comeBack(house, await sendThere(house, "second"))).toMatchObject({ failure: "invalid_credentials" });
    expect(await comeBack(house, await sendThere(house, "acme", { purpose: "link", holder: "session" }))).toMatchObject({ failure: "invalid_credentials" });
    // Nor does a browser in which this one was used before, which has as many of its own.
    const known = await sendThere(house);
    const own: unknown[] = [];
    for (let round = 0; round < 101; round++) own.push(await comeBack(house, known, {}, true));
    expect(tally(own)).toEqual({ invalid_credentials: 100, rate_limited: 1 });
  });

  test.each<[string, BadProvider["before"], Record<string, string>?]>([
    ["that says nothing", says(503, "")],
    ["that does not know us", says(401, '{"error":"invalid_client"}')],
    ["that does not know us, as a challenge", (_request, response) => Boolean(response.writeHead(401, { "www-authenticate": "Basic realm=x" }).end())],
    ["that says so by the browser", null, { error: "server_error" }],
    ["that has too much to do", null, { error: "temporarily_unavailable" }],
  ])("an outage of a provider %s is not counted", async (_what, before, query = {}) => {
    const house = houseWith(base, { name: "acme", issuer: acme.issuer });
    const sent = await sendThere(house);
    acme.before = before;
    for (let round = 0; round < 21; round++) {
      for (const result of await Promise.all(Array.from({ length: 5 }, () => comeBack(house, sent, query)))) expect(result).toMatchObject({ failure: "unavailable" });
    }
    acme.before = says(400, '{"error":"invalid_grant"}');
    expect(await comeBack(house, sent)).toMatchObject({ failure: "invalid_credentials" });
  });

  test.each([
    [404, "text/plain"],
    [200, "text/html"],
  ])("nor is one that publishes nothing where it should, but %i and %s, for a process that has not asked yet", async (status, type) => {
    const fresh = await startBadProvider();
    const [before, house] = [houseWith(base, { name: "acme", issuer: acme.issuer }), houseWith(base, { name: "acme", issuer: fresh.issuer })];
    const sent = await sendThere(before);
    fresh.before = says(status, "<p>moved</p>", type);
    for (let round = 0; round < 21; round++) {
      for (const result of await Promise.all(Array.from({ length: 5 }, () => comeBack(house, sent)))) expect(result).toMatchObject({ failure: "unavailable" });
    }
    fresh.before = null;
    expect(await comeBack(house, sent)).toMatchObject(refused);
  });
});
