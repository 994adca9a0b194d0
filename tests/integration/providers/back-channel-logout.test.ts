import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { type JWTPayload, SignJWT, UnsecuredJWT } from "jose";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { readAuthorizationRequest } from "@/lib/auth/authorization-request";
import { authorizeApp } from "@/lib/auth/authorize-app";
import { isBegunAttempt, type SignedInNow } from "@/lib/auth/complete-sign-in";
import { exchangeCode } from "@/lib/auth/exchange-code";
import type { Context } from "@/lib/core/context";
import { newSecret, sha256 } from "@/lib/core/crypto";
import { isFailure } from "@/lib/core/errors";
import { endByProvider } from "@/lib/providers/end-by-provider";
import { signInByProvider } from "@/lib/providers/sign-in-by-provider";
import { authenticate } from "@/lib/sessions/authenticate";
import { query } from "@/scripts/servers/query";
import { type BadProvider, CLIENT, newKey, startBadProvider, without } from "@/tests/support/bad-provider";
import { openTestWorld, type TestWorld } from "@/tests/support/context";
import { trust } from "@/tests/support/sessions";
import { newBrowser } from "../auth/account";
import { good } from "../auth/factors";
import { userOf } from "./identities";
import { houseWith } from "./round-trip";

const APP = "com.example.app:/signed-in";
const EVENT = "http://schemas.openid.net/event/backchannel-logout";

let world: TestWorld;
let context: Context;
let acme: BadProvider;

beforeAll(async () => {
  acme = await startBadProvider();
  world = await openTestWorld({ HASH_THREADS: "1", NATIVE_REDIRECTS: APP });
  await trust(world.context);
  context = houseWith(world.context, { name: "acme", issuer: acme.issuer }, { name: "other", issuer: (await startBadProvider()).issuer }, { name: "github", preset: "github", issuer: "https://github.com" });
});

afterEach(() => acme.reset());

const now = () => Math.floor(Date.now() / 1000);

/** A session that began there. */
async function signIn(subject: string, sid: string | null, provider = "acme"): Promise<SignedInNow> {
  const identity = { provider, subject, email: `${provider}-${subject}@example.com`, emailTrusted: true, name: "Jane Doe", picture: null, authenticatedAt: null, sid };
  const begun = await signInByProvider(context, { identity, remember: false, next: null, spend: async () => {} }, newBrowser());
  if (isFailure(begun) || isBegunAttempt(begun)) throw new Error(JSON.stringify(begun));
  return begun;
}

/** An app, from such a session, after a step-up in it. */
async function letIn(giver: SignedInNow): Promise<SignedInNow> {
  await query(world.databaseUrl, "update sessions set proven_at = clock_timestamp() where id = $1", [giver.session.id]);
  const codeVerifier = newSecret();
  const request = good(readAuthorizationRequest(context.settings, { redirect_uri: APP, code_challenge: sha256(codeVerifier), code_challenge_method: "S256", state: "x" }));
  const { code } = good(await authorizeApp(userOf(context, giver), request, { secret: giver.proof }));
  return good(await exchangeCode(context, { code, codeVerifier, redirectUri: APP }, randomUUID()));
}

/** In the ledger; a token that is not refreshed is another matter. */
const isOver = async ({ session }: SignedInNow) => (await query<{ ended: boolean }>(world.databaseUrl, "select ended_at is not null as ended from sessions where id = $1", [session.id]))[0]?.ended;
const lives = async ({ credential }: SignedInNow) => (await authenticate(context, credential, { use: false })).state === "authenticated";
const subject = () => randomUUID();

function claims(more: JWTPayload): JWTPayload {
  return { iss: acme.issuer, aud: CLIENT.clientId, iat: now(), exp: now() + 120, jti: randomUUID(), events: { [EVENT]: {} }, ...more };
}

const token = (more: JWTPayload, header: Record<string, unknown> = { typ: "logout+jwt" }) => acme.token(claims(more), header);
const logout = (logoutToken: string, house = context, name = "acme") => endByProvider(house, { name, logoutToken });

describe("a logout at a provider", () => {
  test("ends the session that it names, for good, with its reason, and no other", async () => {
    const sub = subject();
    const [one, other] = [await signIn(sub, "one"), await signIn(sub, "other")];
    expect(await logout(await token({ sub, sid: "one" }))).toBeUndefined();
    expect(await Promise.all([one, other].map(lives))).toEqual([false, true]);
    const [event] = await query<{ actor: string; address: string | null; detail: object }>(world.databaseUrl, "select actor, address, detail from events where type = 'session.ended' and session_id = $1", [one.session.id]);
    expect(event).toEqual({ actor: "system", address: null, detail: { reason: "ended_by_provider", provider: "acme" } });
  });

  test("without a session ends all of that account there, and nobody else's", async () => {
    const [sub, another] = [subject(), subject()];
    const theirs = [await signIn(sub, "a"), await signIn(sub, null), await signIn(sub, "b")];
    const beside = await signIn(another, "a");
    expect(await logout(await token({ sub }))).toBeUndefined();
    expect(await Promise.all([...theirs, beside].map(lives))).toEqual([false, false, false, true]);
  });

  test("ends the app that was let in from such a session", async () => {
    const sub = subject();
    const giver = await signIn(sub, "one");
    const app = await letIn(giver);
    expect(await isOver(app)).toBe(false);
    expect(await logout(await token({ sub, sid: "one" }))).toBeUndefined();
    expect([await lives(giver), await isOver(app)]).toEqual([false, true]);
  });

  test.each([
    ["its session", (sub: string) => ({ sub, sid: "old" })],
    ["its account", (sub: string) => ({ sub })],
  ])("of %s ends an app, too, that was let in while it was on its way, and none of a later sign-in", async (_what, of) => {
    const sub = subject();
    const [giver, later] = [await signIn(sub, "old"), await signIn(sub, "new")];
    await query(world.databaseUrl, "update sessions set created_at = to_timestamp($2) where id = $1", [giver.session.id, now() - 60]);
    const [app, laterApp] = [await letIn(giver), await letIn(later)];
    expect(await logout(await token({ ...of(sub), iat: now() - 30 }))).toBeUndefined();
    expect([await lives(giver), await isOver(app), await lives(later), await isOver(laterApp)]).toEqual([false, true, true, false]);
  });

  test("of a session ends those of the account that came without one, and leaves another provider's of the same name alone", async () => {
    const sub = subject();
    const [unnamed, elsewhere] = [await signIn(sub, null), await signIn(sub, "s", "other")];
    expect(await logout(await token({ sub, sid: "s" }))).toBeUndefined();
    expect(await Promise.all([unnamed, elsewhere].map(lives))).toEqual([false, true]);
  });

  test("ends what began in the very second of the token, and nothing that began after it", async () => {
    const sub = subject();
    const begun = await signIn(sub, null);
    await query(world.databaseUrl, "update sessions set created_at = to_timestamp($2) where id = $1", [begun.session.id, now() + 0.999]);
    const later = await signIn(sub, null);
    await query(world.databaseUrl, "update sessions set created_at = to_timestamp($2) where id = $1", [later.session.id, now() + 2]);
    expect(await logout(await token({ sub, iat: now() }))).toBeUndefined();
    expect(await Promise.all([begun, later].map(lives))).toEqual([false, true]);
  });

  test("sent again after a new sign-in ends nothing, even within the same second", async () => {
    const sub = subject();
    const before = await signIn(sub, "same");
    const sent = await token({ sub, sid: "same", iat: now() + 1 });
    expect(await logout(sent)).toBeUndefined();
    const after = await signIn(sub, "same");
    expect(await logout(sent)).toBeUndefined();
    expect(await Promise.all([before, after].map(lives))).toEqual([false, true]);
  });

  test("of somebody unknown here is none, and no error", async () => {
    expect(await logout(await token({ sub: subject() }))).toBeUndefined();
    expect(await logout(await token({ sub: subject() }, {}))).toBeUndefined();
    expect(await logout(await acme.token(without(claims({ sub: subject() }), "exp")))).toBeUndefined();
  });
});

describe("a forged one ends nothing", () => {
  const sub = subject();
  let victim: SignedInNow;
  beforeAll(async () => {
    victim = await signIn(sub, "victim");
  });

  const forgeries: [string, () => Promise<string>][] = [
    ["not signed", async () => new UnsecuredJWT(claims({ sub })).encode()],
    ["signed with another key", async () => new SignJWT(claims({ sub })).setProtectedHeader({ alg: "RS256", kid: acme.key.kid }).sign((await newKey()).privateKey)],
    ["signed with a key that nobody knows", async () => new SignJWT(claims({ sub })).setProtectedHeader({ alg: "RS256", kid: "unknown" }).sign((await newKey()).privateKey)],
    ["signed with the client's secret", async () => new SignJWT(claims({ sub })).setProtectedHeader({ alg: "HS256" }).sign(Buffer.from(CLIENT.clientSecret.padEnd(32)))],
    ["changed after signing", async () => (await token({ sub: subject() })).replace(/\.[^.]+\./, `.${Buffer.from(JSON.stringify(claims({ sub }))).toString("base64url")}.`)],
    ["of another issuer", () => token({ sub, iss: "https://evil.example" })],
    ["of the issuer with a slash", () => token({ sub, iss: `${acme.issuer}/` })],
    ["for another client", () => token({ sub, aud: "another" })],
    ["with a nonce", () => token({ sub, nonce: "n" })],
    ["without events", async () => acme.token(without(claims({ sub }), "events"))],
    ["of another event", () => token({ sub, events: { "http://schemas.openid.net/event/other": {} } })],
    ["whose event is no object", () => token({ sub, events: { [EVENT]: true } })],
    ["without a time", async () => acme.token(without(claims({ sub }), "iat"))],
    ["of an hour ago", () => token({ sub, iat: now() - 3600, exp: now() + 3600 })],
    ["of tomorrow", () => token({ sub, iat: now() + 86_400, exp: now() + 90_000 })],
    ["that is past", () => token({ sub, iat: now() - 120, exp: now() - 60 })],
    ["without a name", async () => acme.token(without(claims({ sub }), "jti"))],
    ["of nobody", () => token({})],
    ["of everybody", () => token({ sub: ["a", sub] as never })],
    ["an access token", () => token({ sub }, { typ: "at+jwt" })],
    ["no token", async () => "x.y.z"],
  ];

  test.each(forgeries)("%s", async (_what, forge) => {
    expect(await logout(await forge())).toMatchObject({ failure: "invalid_input" });
    expect(await lives(victim)).toBe(true);
  });

  test("a token of one provider sent in another's name, or to one that has none", async () => {
    expect(await logout(await token({ sub }), context, "other")).toMatchObject({ failure: "invalid_input" });
    expect(await logout(await token({ sub }), context, "github")).toMatchObject({ failure: "not_found" });
    expect(await logout(await token({ sub }), context, "unknown")).toMatchObject({ failure: "not_found" });
    expect(await lives(victim)).toBe(true);
  });

  test("an ID token, of which everybody has their own", async () => {
    expect(await logout(await acme.token({ ...without(claims({ sub }), "events"), nonce: "n" }))).toMatchObject({ failure: "invalid_input" });
    expect(await lives(victim)).toBe(true);
  });
});

test("when the provider does not tell its keys, or Redis does not answer, it is to come again, and then ends what is left", async () => {
  const silent = await startBadProvider();
  const house = houseWith(world.context, { name: "acme", issuer: silent.issuer });
  silent.before = (request, response) => request.url === "/keys" && Boolean(response.writeHead(500).end());
  const sub = subject();
  const begun = await signIn(sub, "s");
  const sent = await silent.token({ ...claims({ sub }), iss: silent.issuer });
  expect(await logout(sent, house)).toMatchObject({ failure: "unavailable" });
  expect(await lives(begun)).toBe(true);
  const moved = await startBadProvider();
  moved.before = (_request, response) => Boolean(response.writeHead(404).end());
  expect(await logout(await moved.token({ ...claims({ sub }), iss: moved.issuer }), houseWith(world.context, { name: "acme", issuer: moved.issuer }))).toMatchObject({ failure: "unavailable" });
  silent.before = null;
  await setTimeout(1_100);
  world.redis.freeze();
  expect(await logout(sent, house)).toMatchObject({ failure: "unavailable" });
  world.redis.thaw();
  await trust(world.context);
  expect(await logout(sent, house)).toBeUndefined();
  expect(await lives(begun)).toBe(false);
});

test("what strangers send without end fills no log, and asks nobody without end", async () => {
  const lines: Record<string, unknown>[] = [];
  let now = Date.now();
  const silent = await startBadProvider();
  const log = { ...world.context.log, warn: (line: Record<string, unknown>) => void lines.push(line) } as unknown as Context["log"];
  const house = { ...houseWith(world.context, { name: "junk", issuer: silent.issuer }), log, clock: { now: () => now } };
  const send = async () => endByProvider(house, { name: "junk", logoutToken: await acme.token(claims({ sub: "s" })) });
  const many = async () => {
    for (let count = 0; count < 20; count++) await send();
    return send();
  };
  expect(await many()).toMatchObject({ failure: "invalid_input" });
  expect(lines).toMatchObject([{ provider: "junk", what: "logout" }]);
  now += 60_000;
  await many();
  expect(lines).toMatchObject([{ provider: "junk" }, { provider: "junk", leftOut: 20 }]);

  // Nor where it does not tell its keys, nor where it is.
  for (const silenced of ["/keys", "/.well-known/openid-configuration"]) {
    const mute = await startBadProvider();
    mute.before = (request, response) => request.url === silenced && Boolean(response.writeHead(500).end());
    const down = { ...house, settings: { ...house.settings, OIDC_PROVIDERS: house.settings.OIDC_PROVIDERS.map((provider) => ({ ...provider, issuer: mute.issuer })) } };
    for (let count = 0; count < 20; count++) expect(await endByProvider(down, { name: "junk", logoutToken: await mute.token(claims({ sub: "s" })) })).toMatchObject({ failure: "unavailable" });
    expect(mute.asked.length, silenced).toBeLessThan(5);
  }
});
