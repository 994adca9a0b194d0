import { createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import type { Context } from "@/lib/core/context";
import { newId } from "@/lib/core/ids";
import { checkSettings } from "@/lib/platform/env";
import { keySet } from "@/lib/tokens/key-set";
import { signAccessToken } from "@/lib/tokens/sign-access-token";
import { verifyAccessToken } from "@/lib/tokens/verify-access-token";
import { testSettings } from "@/tests/support/test-settings";

const encode = (key: KeyObject) => key.export({ format: "der", type: "pkcs8" }).toString("base64");
const newKey = () => generateKeyPairSync("ed25519").privateKey;

let now = Date.now();

/** As much of a context as these two need. */
function contextWith(env: Record<string, string> = {}): Context {
  const { settings, problems } = checkSettings({ DATABASE_URL: "postgres://localhost/x", REDIS_URL: "redis://localhost", ...testSettings, ...env });
  if (!settings) throw new Error(problems.join());
  return { settings, clock: { now: () => now } } as Context;
}

const context = contextWith();
const ours = context.settings.JWT_PRIVATE_KEYS[0] as NonNullable<(typeof context.settings.JWT_PRIVATE_KEYS)[0]>;
const session = { id: newId(), userId: newId(), ttlSeconds: 604_800, absoluteExpiresAt: new Date(now + 86_400_000) };

const b64 = (value: unknown) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const HEADER = { alg: "EdDSA", typ: "at+jwt", kid: ours.kid };
const seconds = () => Math.floor(now / 1000);
const payload = () => ({ iss: "http://localhost:3000", aud: "http://localhost:3000", sub: session.userId, sid: session.id, jti: newId(), t: 604_800, iat: seconds(), exp: seconds() + 900 });

function forge(header: object, claims: object | string, key: KeyObject | null = ours.privateKey): string {
  const input = `${b64(header)}.${b64(claims)}`;
  return `${input}.${key ? sign(null, Buffer.from(input), key).toString("base64url") : ""}`;
}

describe("an access token", () => {
  test("says what the contract says, and is accepted", async () => {
    const { accessToken, expiresIn } = await signAccessToken(context, session);
    expect(expiresIn).toBe(900);
    const [header, claims] = accessToken.split(".").slice(0, 2).map((part) => JSON.parse(Buffer.from(part, "base64url").toString()));
    expect(header).toEqual(HEADER);
    expect(claims).toEqual({ ...payload(), jti: expect.stringMatching(/^[0-9a-f-]{36}$/), iat: seconds(), exp: seconds() + 900 });
    expect(await verifyAccessToken(context, accessToken)).toEqual({ u: session.userId, s: session.id, t: 604_800, jti: claims.jti, expiresAt: (seconds() + 900) * 1000 });
  });

  test("lives as long as the setting says, and never longer than its session", async () => {
    expect((await signAccessToken(contextWith({ JWT_ACCESS_EXPIRES_IN: "30s" }), session)).expiresIn).toBe(30);
    expect((await signAccessToken(context, { ...session, absoluteExpiresAt: new Date(now + 60_000) })).expiresIn).toBeLessThanOrEqual(60);
  });

  test("the forgery of this test is good when nothing is wrong with it", async () => {
    expect(await verifyAccessToken(context, forge(HEADER, payload()))).not.toBeNull();
    expect(await verifyAccessToken(context, forge(HEADER, { ...payload(), scope: "x" }))).not.toBeNull();
  });

  test("expires to the second, also one that was seen before", async () => {
    const { accessToken } = await signAccessToken(context, session);
    const started = now;
    try {
      now = started + 899_000;
      expect(await verifyAccessToken(context, accessToken)).not.toBeNull();
      now = started + 900_000;
      expect(await verifyAccessToken(context, accessToken)).toBeNull();
    } finally {
      now = started;
    }
  });
});

describe("key rotation", () => {
  test("the first key signs, all verify, a key taken away is worth nothing; ids do not depend on the order", async () => {
    const [older, newer] = [encode(newKey()), encode(newKey())];
    const [before, during, after, gone] = [older, `${older},${newer}`, `${newer}, ${older}`, newer].map((keys) => contextWith({ JWT_PRIVATE_KEYS: keys })) as [Context, Context, Context, Context];
    const old = (await signAccessToken(before, session)).accessToken;
    const fresh = (await signAccessToken(after, session)).accessToken;
    const accepts = async (where: Context, token: string) => (await verifyAccessToken(where, token)) !== null;
    expect(await Promise.all([before, during, after, gone].map((where) => accepts(where, old)))).toEqual([true, true, true, false]);
    expect(await Promise.all([before, during, after, gone].map((where) => accepts(where, fresh)))).toEqual([false, true, true, true]);
    const kids = (where: Context) => keySet(where.settings).keys.map(({ kid }) => kid);
    expect(kids(during)).toEqual(kids(after).toReversed());
    expect(keySet(after.settings).keys[0]).toEqual({ kty: "OKP", crv: "Ed25519", x: expect.stringMatching(/^[\w-]{43}$/), kid: expect.stringMatching(/^[\w-]{43}$/), alg: "EdDSA", use: "sig" });
    expect(JSON.stringify(keySet(after.settings))).not.toMatch(/"d":/);
  });

  test.each(["x", "", " , ", encode(generateKeyPairSync("ed448").privateKey), encode(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey), "MC4CAQAwBQYDK2VwBCIEIA=="])("%s is no key", (value) => {
    const { problems } = checkSettings({ ...testSettings, DATABASE_URL: "postgres://localhost/x", REDIS_URL: "redis://localhost", JWT_PRIVATE_KEYS: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^JWT_PRIVATE_KEYS /);
  });

  test("one key twice is refused", () => {
    expect(checkSettings({ ...testSettings, DATABASE_URL: "postgres://localhost/x", REDIS_URL: "redis://localhost", JWT_PRIVATE_KEYS: `${testSettings.JWT_PRIVATE_KEYS},${testSettings.JWT_PRIVATE_KEYS}` }).settings).toBeNull();
  });
});

const thief = newKey();
const thiefJwk = generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" });
const publicText = ours.publicKey.export({ format: "pem", type: "spki" }).toString();
const publicX = ours.publicKey.export({ format: "jwk" }).x as string;

/** A token whose "signature" is an HMAC with something public as its key (the classic confusion of algorithms). */
function hmacToken(alg: string, secret: string | Buffer): string {
  const input = `${b64({ ...HEADER, alg })}.${b64(payload())}`;
  return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
}

const without = (name: string) => Object.fromEntries(Object.entries(payload()).filter(([key]) => key !== name));
const good = forge(HEADER, payload());
const [h = "", p = "", s = ""] = good.split(".");

const hostile: [string, () => string][] = [
  ["alg none, no signature", () => forge({ ...HEADER, alg: "none" }, payload(), null)],
  ["alg None with our signature", () => forge({ ...HEADER, alg: "None" }, payload())],
  ["alg nOnE, empty", () => `${b64({ ...HEADER, alg: "nOnE" })}.${b64(payload())}.`],
  ["HS256 with the public key as PEM", () => hmacToken("HS256", publicText)],
  ["HS256 with the public key's bytes", () => hmacToken("HS256", Buffer.from(publicX, "base64url"))],
  ["HS256 with an empty key", () => hmacToken("HS256", "")],
  ["EdDSA in the header, HMAC in the signature", () => hmacToken("EdDSA", Buffer.from(publicX, "base64url"))],
  ["alg Ed25519", () => forge({ ...HEADER, alg: "Ed25519" }, payload())],
  ["ES256 in the header", () => forge({ ...HEADER, alg: "ES256" }, payload())],
  ["a foreign key under our kid", () => forge(HEADER, payload(), thief)],
  ["no kid", () => forge({ alg: "EdDSA", typ: "at+jwt" }, payload())],
  ["an unknown kid", () => forge({ ...HEADER, kid: "unknown" }, payload(), thief)],
  ["kid as a path", () => forge({ ...HEADER, kid: "../../../../dev/null" }, payload(), thief)],
  ["kid as SQL", () => forge({ ...HEADER, kid: "' or 1=1 --" }, payload(), thief)],
  ["kid __proto__", () => forge({ ...HEADER, kid: "__proto__" }, payload(), thief)],
  ["kid that is no text", () => forge({ ...HEADER, kid: [ours.kid] }, payload(), thief)],
  ["jwk brings its own key", () => forge({ ...HEADER, jwk: thiefJwk }, payload(), thief)],
  ["jwk and no kid", () => forge({ alg: "EdDSA", typ: "at+jwt", jwk: thiefJwk }, payload(), thief)],
  ["jku", () => forge({ ...HEADER, kid: "x", jku: "http://127.0.0.1:1/jwks.json" }, payload(), thief)],
  ["x5u, x5c", () => forge({ ...HEADER, kid: "x", x5u: "http://127.0.0.1:1/cert", x5c: ["AAAA"] }, payload(), thief)],
  ["crit that nobody knows", () => forge({ ...HEADER, crit: ["exp"], exp: 1 }, payload())],
  ["b64 false", () => forge({ ...HEADER, crit: ["b64"], b64: false }, payload())],
  ["zip", () => forge({ ...HEADER, crit: ["zip"], zip: "DEF" }, payload())],
  ["typ JWT", () => forge({ ...HEADER, typ: "JWT" }, payload())],
  ["no typ", () => forge({ alg: "EdDSA", kid: ours.kid }, payload())],
  ["another aud", () => forge(HEADER, { ...payload(), aud: "http://localhost:3001" })],
  ["aud as a list with ours in it", () => forge(HEADER, { ...payload(), aud: ["http://localhost:3000", "x"] })],
  ["another iss", () => forge(HEADER, { ...payload(), iss: "https://evil.example" })],
  ["expired", () => forge(HEADER, { ...payload(), iat: seconds() - 1000, exp: seconds() - 100 })],
  ["expires now", () => forge(HEADER, { ...payload(), exp: seconds() })],
  ["never expires", () => forge(HEADER, without("exp"))],
  ["exp as text", () => forge(HEADER, { ...payload(), exp: String(seconds() + 900) })],
  ["not yet valid", () => forge(HEADER, { ...payload(), nbf: seconds() + 60 })],
  ["issued in the future", () => forge(HEADER, { ...payload(), iat: seconds() + 60 })],
  ...["sub", "sid", "jti", "t", "iat", "iss", "aud"].map((name): [string, () => string] => [`without ${name}`, () => forge(HEADER, without(name))]),
  ["a sub that is no id", () => forge(HEADER, { ...payload(), sub: "x}:y" })],
  ["a t that is no number", () => forge(HEADER, { ...payload(), t: "604800" })],
  ["a t below zero", () => forge(HEADER, { ...payload(), t: -1 })],
  ["a payload that is a list", () => forge(HEADER, [payload()])],
  ["a payload that is no JSON", () => forge(HEADER, "{")],
  ["flipped signature", () => `${h}.${p}.${s.startsWith("A") ? "B" : "A"}${s.slice(1)}`],
  ["no signature", () => `${h}.${p}.`],
  ["two parts", () => `${h}.${p}`],
  ["four parts", () => `${good}.x`],
  ["five parts (JWE)", () => `${good}.x.y`],
  ["spaces around", () => ` ${good} `],
  ["padding", () => `${good}==`],
  ["empty", () => ""],
  ["dots", () => ".."],
  ["NUL", () => `${good}\0`],
  ["1 MB", () => "a".repeat(1_000_000)],
  ["1 MB in three parts", () => `${h}.${"a".repeat(1_000_000)}.${s}`],
];

test.each(hostile)("refused, and nothing is fetched: %s", async (_what, make) => {
  const fetches = vi.spyOn(globalThis, "fetch");
  const token = make();
  expect(await verifyAccessToken(context, token)).toBeNull();
  expect(await verifyAccessToken(context, token), "nor when it comes again").toBeNull();
  expect(fetches).not.toHaveBeenCalled();
  fetches.mockRestore();
});
