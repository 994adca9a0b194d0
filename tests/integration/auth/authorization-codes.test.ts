import { eq, sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { authorizationCodes, events, sessions, users } from "@/db/schema";
import { type AuthorizationRequest, readAuthorizationRequest } from "@/lib/auth/authorization-request";
import { authorizeApp } from "@/lib/auth/authorize-app";
import { changePassword } from "@/lib/auth/change-password";
import { dropOldProofs } from "@/lib/auth/drop-old-proofs";
import { exchangeCode } from "@/lib/auth/exchange-code";
import { requireProof } from "@/lib/auth/require-proof";
import { signIn } from "@/lib/auth/sign-in";
import type { SignedInNow } from "@/lib/auth/complete-sign-in";
import type { CodeExchange } from "@/lib/auth/schema";
import type { Context, UserContext } from "@/lib/core/context";
import { newSecret, sha256 } from "@/lib/core/crypto";
import { type Failure, isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { systemContext } from "@/lib/platform/system-context";
import { endSession } from "@/lib/sessions/end-session";
import { openTestServices, openTestWorld, type TestWorld } from "@/tests/support/context";
import { trust } from "@/tests/support/sessions";
import { heldBack } from "@/tests/support/held-back";
import { askWith } from "@/tests/support/native";
import { rounds } from "@/tests/support/rounds";
import { newAccount, newBrowser, PASSWORD, tally, visitor } from "./account";

const NATIVE_REDIRECTS = "http://127.0.0.1/callback,com.example.app:/signed-in";
const HERE = "http://127.0.0.1:49152/callback";
const NO = { failure: "invalid_code" };

let world: TestWorld;
let context: Context;
/** Another process of the app, on the same PostgreSQL and Redis. */
let elsewhere: Context;

beforeAll(async () => {
  world = await openTestWorld({ HASH_THREADS: "2", NATIVE_REDIRECTS });
  context = world.context;
  elsewhere = systemContext(await openTestServices({ DATABASE_URL: world.databaseUrl, REDIS_URL: world.redis.url, NATIVE_REDIRECTS }));
  await trust(context);
});

type Account = { user: UserContext; begun: { proof: string; session: { id: string } }; email: string };

function requestOf(verifier: string, redirectUri = HERE, device: AuthorizationRequest["device"] = {}): AuthorizationRequest {
  const read = readAuthorizationRequest(context.settings, { redirect_uri: redirectUri, code_challenge: sha256(verifier), code_challenge_method: "S256", state: "x", ...(device.name && { device_name: device.name }) });
  if (isFailure(read)) throw new Error("unfit");
  return read;
}

/** Lets an app in, as its owner does; what the app has then. */
async function letIn({ user, begun }: Pick<Account, "user" | "begun">, redirectUri = HERE, device: AuthorizationRequest["device"] = {}): Promise<CodeExchange> {
  const codeVerifier = newSecret();
  const given = await authorizeApp(user, requestOf(codeVerifier, redirectUri, device), { secret: begun.proof });
  if (isFailure(given)) throw new Error(given.failure);
  return { code: given.code, codeVerifier, redirectUri };
}

const exchange = (input: CodeExchange, by: Context = visitor(context), browserId = newId()) => exchangeCode(by, input, browserId);

function signedIn(result: SignedInNow | Failure): SignedInNow {
  if (isFailure(result)) throw new Error(result.failure);
  return result;
}

const nativeSessions = async ({ user }: Pick<Account, "user">) => (await context.db.select().from(sessions).where(eq(sessions.userId, user.actor.userId))).filter(({ client }) => client === "native");
const rowOf = async ({ code }: CodeExchange) => (await context.db.select().from(authorizationCodes).where(eq(authorizationCodes.hash, sha256(code))))[0];
const eventsOf = async ({ user }: Pick<Account, "user">, type: string) => (await context.db.select().from(events).where(eq(events.userId, user.actor.userId))).filter((event) => event.type === type);

describe("a code", () => {
  test("begins a session of its own for the app, with tokens; the one that gave it goes on", async () => {
    const account = await newAccount(context);
    const code = await letIn(account, HERE, { name: "Zoë’s laptop" });
    const begun = signedIn(await exchange({ ...code, device: { name: "Something else", platform: "Linux" } }));
    expect(begun.user.id).toBe(account.user.actor.userId);
    expect(begun.session).toMatchObject({ client: "native", device: { name: "Zoë’s laptop", os: "Linux", kind: "app" } });
    expect(await askWith(context, begun.tokens?.accessToken as string)).toMatchObject({ state: "authenticated" });
    const [giver] = await context.db.select().from(sessions).where(eq(sessions.id, account.begun.session.id));
    expect(giver?.endedAt).toBeNull();
    // It was shown in the browser who they are, and not in the app.
    expect(await requireProof({ ...account.user, actor: { ...account.user.actor, sessionId: begun.session.id } }, { secret: begun.proof })).toMatchObject({ failure: "proof_required" });
    expect((await eventsOf(account, "sign_in.succeeded")).at(-1)).toMatchObject({ sessionId: begun.session.id, detail: { what: "authorization_code", app: "127.0.0.1" } });
  });

  test("stands nowhere readable, and its row goes a day after its time", async () => {
    const account = await newAccount(context);
    const code = await letIn(account);
    expect(JSON.stringify(await rowOf(code))).not.toContain(code.code);
    await context.db.update(authorizationCodes).set({ expiresAt: sql`clock_timestamp() - interval '25 hours'` }).where(eq(authorizationCodes.hash, sha256(code.code)));
    const young = await letIn(account);
    await dropOldProofs(context);
    expect([await rowOf(code), (await rowOf(young))?.spentAt]).toEqual([undefined, null]);
  });

  test("makes the app the same device again, when its token says so", async () => {
    const account = await newAccount(context);
    const browserId = newId();
    const first = signedIn(await exchange(await letIn(account), visitor(context), browserId));
    const second = signedIn(await exchange(await letIn(account), visitor(context), browserId));
    expect(second.session.device.id).toBe(first.session.device.id);
  });

  test("needs a step-up: who stole the session's cookie, or whose proof is old, gets none", async () => {
    const account = await newAccount(context);
    const { user, begun } = account;
    const needed = { failure: "proof_required", ways: ["password"] };
    for (const secret of [null, "", `${begun.proof}x`, newSecret()]) expect(await authorizeApp(user, requestOf(newSecret()), { secret })).toMatchObject(needed);
    await context.db.update(sessions).set({ provenAt: sql`${sessions.provenAt} - interval '10 minutes'` }).where(eq(sessions.id, begun.session.id));
    expect(await authorizeApp(user, requestOf(newSecret()), { secret: begun.proof })).toMatchObject(needed);
    expect(await context.db.select().from(authorizationCodes).where(eq(authorizationCodes.userId, user.actor.userId))).toEqual([]);
  });

  test("that is being given when its session ends is none", async () => {
    const account = await newAccount(context);
    const late = heldBack<UserContext>(account.user);
    const giving = authorizeApp(late.held, requestOf(newSecret()), { secret: account.begun.proof });
    await late.waits;
    await endSession(account.user, account.begun.session.id);
    late.letGo();
    expect(await giving).toMatchObject({ failure: "unauthenticated" });
  });

  test.each<[string, (code: CodeExchange) => Partial<CodeExchange>]>([
    ["another verifier", () => ({ codeVerifier: newSecret() })],
    ["its challenge in the place of the verifier", ({ codeVerifier }) => ({ codeVerifier: sha256(codeVerifier) })],
    ["the beginning of its verifier", ({ codeVerifier }) => ({ codeVerifier: codeVerifier.slice(0, 42) })],
    ["another port", () => ({ redirectUri: "http://127.0.0.1:49153/callback" })],
    ["no port", () => ({ redirectUri: "http://127.0.0.1/callback" })],
    ["another app's address", () => ({ redirectUri: "com.example.app:/signed-in" })],
    ["another code", () => ({ code: newSecret() })],
    ["its hash in its place", ({ code }) => ({ code: sha256(code) })],
    ["no code", () => ({ code: "" })],
  ])("with %s begins nothing, and can still be exchanged by the app that asked", async (_, wrong) => {
    const account = await newAccount(context);
    const code = await letIn(account);
    expect(await exchange({ ...code, ...wrong(code) })).toEqual(NO);
    expect(await nativeSessions(account)).toEqual([]);
    signedIn(await exchange(code));
  });

  test("of another app, or given by somebody else, is none for this one's verifier", async () => {
    const [mine, theirs] = [await letIn(await newAccount(context)), await letIn(await newAccount(context))];
    // A code put into an app that waits for its own (RFC 9700, 4.5).
    expect(await exchange({ ...mine, code: theirs.code })).toEqual(NO);
    expect(await exchange({ ...theirs, code: mine.code })).toEqual(NO);
  });

  test("counts for a minute", async () => {
    const account = await newAccount(context);
    const code = await letIn(account);
    const { createdAt, expiresAt } = (await rowOf(code)) ?? {};
    expect((expiresAt?.getTime() ?? 0) - (createdAt?.getTime() ?? 0)).toBeLessThanOrEqual(60_100);
    await context.db.update(authorizationCodes).set({ expiresAt: sql`clock_timestamp()` }).where(eq(authorizationCodes.hash, sha256(code.code)));
    expect(await exchange(code)).toEqual(NO);
    expect((await rowOf(code))?.spentAt).toBeNull();
  });
});

describe("between the browser and the app", () => {
  test.each<[string, (account: Account) => Promise<unknown>]>([
    ["the session that gave it has ended", ({ user, begun }) => endSession(user, begun.session.id)],
    ["a way in was changed by that very session", ({ user }) => changePassword(user, { currentPassword: PASSWORD, newPassword: "eleven green ladders" })],
    ["a way in was changed elsewhere", ({ user }) => context.db.update(users).set({ ways: sql`${users.ways} + 1` }).where(eq(users.id, user.actor.userId))],
    ["the account was disabled", ({ user }) => context.db.update(users).set({ disabledAt: sql`clock_timestamp()` }).where(eq(users.id, user.actor.userId))],
    ["the session came to its absolute end", ({ begun }) => context.db.update(sessions).set({ absoluteExpiresAt: sql`clock_timestamp()` }).where(eq(sessions.id, begun.session.id))],
  ])("%s: the code is void, also for an exchange that was under way", async (_, meanwhile) => {
    const account = await newAccount(context);
    const [code, other] = [await letIn(account), await letIn(account)];
    const late = heldBack<Context>(visitor(context));
    const exchanging = exchange(code, late.held);
    await late.waits;
    await meanwhile(account);
    late.letGo();
    expect(await exchanging).toEqual(NO);
    expect(await exchange(other)).toEqual(NO);
    expect(await nativeSessions(account)).toEqual([]);
  });
});

describe("a code that comes twice", () => {
  test("is refused, and the session that it began ends; its owner can read why", async () => {
    const account = await newAccount(context);
    const code = await letIn(account);
    const begun = signedIn(await exchange(code));
    expect(await exchange(code)).toEqual(NO);
    expect((await nativeSessions(account)).map(({ id, endReason }) => [id, endReason])).toEqual([[begun.session.id, "token_reused"]]);
    expect(await askWith(context, begun.tokens?.accessToken as string)).toMatchObject({ state: "anonymous" });
    expect(await eventsOf(account, "token.reuse_detected")).toMatchObject([{ actor: "system", sessionId: begun.session.id, detail: { what: "authorization_code" } }]);
    // And again: nothing more comes of it.
    expect(await exchange(code)).toEqual(NO);
    expect(await eventsOf(account, "token.reuse_detected")).toHaveLength(1);
  });

  test("ends nothing for who has not its verifier: a browser's history keeps codes", async () => {
    const account = await newAccount(context);
    const code = await letIn(account);
    const begun = signedIn(await exchange(code));
    expect(await exchange({ ...code, codeVerifier: newSecret() })).toEqual(NO);
    expect(await askWith(context, begun.tokens?.accessToken as string)).toMatchObject({ state: "authenticated" });
  });

  test("at once, in two processes, is one session at most, and that has ended", async () => {
    for (let round = 0; round < rounds(20); round++) {
      const account = await newAccount(context);
      const code = await letIn(account);
      const results = await Promise.all([exchange(code), exchange(code, visitor(elsewhere)), exchange(code), exchange(code, visitor(elsewhere))]);
      expect(tally(results)).toEqual({ ok: 1, invalid_code: 3 });
      expect((await nativeSessions(account)).map(({ endReason }) => endReason)).toEqual(["token_reused"]);
    }
  });
});

test("wrong codes are limited by the network that they come from; right ones are neither counted nor kept waiting", async () => {
  const account = await newAccount(context);
  const there = visitor(context);
  signedIn(await exchange(await letIn(account), there));
  const wrong = { code: newSecret(), codeVerifier: newSecret(), redirectUri: HERE };
  const tried = await Promise.all(Array.from({ length: 120 }, () => exchange(wrong, there)));
  expect(tally(tried)).toEqual({ invalid_code: 100, rate_limited: 20 });
  // A neighbour's garbage keeps no app out that has a right one, and comes no further for it.
  signedIn(await exchange(await letIn(account), there));
  expect(await exchange({ ...(await letIn(account)), codeVerifier: newSecret() }, there)).toMatchObject({ failure: "rate_limited" });
  // Nor does it keep anybody from signing in with a password.
  expect(await signIn(there, { email: account.email, password: PASSWORD }, newBrowser())).toHaveProperty("session");
});
