import { and, eq } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { events, passkeys, recoveryCodes, users } from "@/db/schema";
import { isBegunAttempt } from "@/lib/auth/complete-sign-in";
import { dropOldProofs } from "@/lib/auth/drop-old-proofs";
import { challengeProof, challengeRegistration } from "@/lib/auth/make-challenge";
import { proveAttempt } from "@/lib/auth/prove-attempt";
import { proveSession } from "@/lib/auth/prove-session";
import { registerPasskey } from "@/lib/auth/register-passkey";
import { removePasskey } from "@/lib/auth/remove-passkey";
import { renamePasskey } from "@/lib/auth/rename-passkey";
import { requireProof } from "@/lib/auth/require-proof";
import { signIn } from "@/lib/auth/sign-in";
import { signUp } from "@/lib/auth/sign-up";
import { updatePreferences } from "@/lib/auth/update-preferences";
import type { Context, UserContext } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { systemContext } from "@/lib/platform/system-context";
import { endSessions } from "@/lib/sessions/end-sessions";
import { keepTrust } from "@/lib/sessions/ledger/keep";
import { query } from "@/scripts/servers/query";
import { openTestServices, openTestWorld, type TestWorld } from "@/tests/support/context";
import { trust } from "@/tests/support/sessions";
import { softwareAuthenticator } from "@/tests/support/software-authenticator";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { newAccount, newBrowser, PASSWORD, visitor } from "./account";
import { good } from "./factors";
import { addPasskey, authenticator, newPasskey, ORIGIN, signedIn, signInWith } from "./passkey-account";
import { codeIn, newAddress, newestMail, provenAccount, tokenIn } from "./proving";

let world: TestWorld;
let context: Context;
/** The same house without mail. */
let withoutMail: Context;
let inbox: TestMail;

beforeAll(async () => {
  inbox = await startTestMail();
  world = await openTestWorld({ HASH_THREADS: "2", ...inbox.env });
  context = world.context;
  withoutMail = systemContext(await openTestServices({ DATABASE_URL: world.databaseUrl, REDIS_URL: world.redis.url, HASH_THREADS: "2" }));
  await Promise.all([trust(context), trust(withoutMail)]);
});

const eventsOf = (userId: string) => query<{ type: string; detail: object }>(world.databaseUrl, "select type, detail from events where user_id = $1 order by at, id", [userId]);
const keyOf = async (id: string) => (await context.db.select().from(passkeys).where(eq(passkeys.id, id)))[0];

describe("a passkey", () => {
  test.each(["ES256", "EdDSA", "RS256"] as const)("of %s is added and opens its account, with nothing more asked", async (algorithm) => {
    const made = softwareAuthenticator(ORIGIN, { algorithm });
    const { user, begun } = await provenAccount(context, inbox);
    const { passkey, soft } = await addPasskey(user, begun.proof, made);
    expect(passkey).toMatchObject({ name: "Firefox on Linux", synced: false, lastUsedAt: null });
    const again = signedIn(await signInWith(context, soft, newBrowser(), {}, made));
    expect(again.user.id).toBe(begun.user.id);
    expect(await keyOf(passkey.id)).toMatchObject({ counter: 2, lastUsedAt: expect.any(Date), number: 1 });
  });

  test("is more than a password and a second step: where both are asked for, it alone opens, and steps up", async () => {
    const { user, begun, email } = await provenAccount(context, inbox);
    const { soft } = await addPasskey(user, begun.proof);
    await context.db.update(users).set({ secondStep: true, approveNewDevices: true }).where(eq(users.id, user.actor.userId));
    expect(await signIn(visitor(context), { email, password: PASSWORD }, newBrowser())).toHaveProperty("attempt");
    const { proof, session } = signedIn(await signInWith(context, soft, newBrowser()));
    expect(await requireProof({ ...user, actor: { ...user.actor, sessionId: session.id } }, { secret: proof })).toBeUndefined();
  });

  test("leaves an event, a notice to its owner with a way back, and a proof that goes on counting", async () => {
    const { user, begun, email } = await provenAccount(context, inbox);
    await addPasskey(user, begun.proof);
    expect((await eventsOf(user.actor.userId)).at(-1)).toEqual({ type: "factor.added", detail: { what: "passkey", name: "Firefox on Linux" } });
    const first = await newestMail(context, inbox, email, /passkey/i);
    expect(tokenIn(first, "not-me")).toBeTruthy();
    expect(await requireProof(user, { secret: begun.proof })).toBeUndefined();
    // A password may be all that a later one was added with, as long as no second step is on.
    await addPasskey(user, begun.proof);
    expect(tokenIn(await newestMail(context, inbox, email, /passkey/i), "not-me")).not.toBe(tokenIn(first, "not-me"));
    good(await updatePreferences(user, { secondStep: true }, { secret: begun.proof }));
    await addPasskey(user, begun.proof);
    const third = await newestMail(context, inbox, email, /passkey was added/i);
    expect(() => tokenIn(third, "not-me"), "with the second step on").toThrow();
  });

  test("says what keeps it, whether it is kept in more places, and what its owner calls it", async () => {
    const { user, begun } = await provenAccount(context, inbox);
    const manager = softwareAuthenticator(ORIGIN, { aaguid: Buffer.from("d548826e79b4db40a3d811116f7e8349", "hex"), synced: true, counts: false });
    const { passkey, soft } = await addPasskey(user, begun.proof, manager);
    expect(passkey).toMatchObject({ name: "Bitwarden", synced: true });
    const usb = await addPasskey(user, begun.proof, softwareAuthenticator(ORIGIN, { transports: ["usb", "nfc", "made up"] }));
    expect(usb.passkey.name).toBe("Security key");
    expect((await keyOf(usb.passkey.id))?.transports).toEqual(["nfc", "usb"]);
    for (let time = 0; time < 2; time++) expect(await renamePasskey(user, passkey.id, { name: "My safe" })).toMatchObject({ id: passkey.id, name: "My safe" });
    const told = await context.db.select().from(events).where(and(eq(events.userId, user.actor.userId), eq(events.type, "profile.changed")));
    expect(told).toMatchObject([{ actorUserId: user.actor.userId, sessionId: user.actor.sessionId, detail: { passkey: { from: "Bitwarden", to: "My safe" } } }]);
    for (let round = 0; round < 3; round++) signedIn(await signInWith(context, soft, newBrowser(), {}, manager));
    soft.synced = false;
    signedIn(await signInWith(context, soft, newBrowser(), {}, manager));
    expect(await keyOf(passkey.id)).toMatchObject({ counter: 0, synced: false, name: "My safe" });
  });

  test("is asked for only after a step-up, of an address that is proven, and never twice on one authenticator", async () => {
    const { user, begun } = await provenAccount(context, inbox);
    const { soft } = await addPasskey(user, begun.proof);
    expect(await challengeRegistration(user, { secret: null })).toMatchObject({ failure: "proof_required", ways: ["passkey", "password"] });
    const asked = await challengeRegistration(user, { secret: begun.proof });
    expect(asked).toMatchObject({
      options: {
        rp: { id: new URL(ORIGIN).hostname, name: "Latchkey" },
        user: { name: begun.user.email, displayName: "Zo Li", id: soft.userHandle },
        excludeCredentials: [{ id: soft.id, type: "public-key", transports: ["internal"] }],
        authenticatorSelection: { residentKey: "required", userVerification: "required" },
        attestation: "none",
      },
    });
    if (isFailure(asked)) throw new Error("refused");
    const { response } = authenticator.create(asked.options);
    expect(await registerPasskey(user, { response, challenge: asked.challenge }, { secret: "x" })).toMatchObject({ failure: "proof_required" });
    await context.db.update(users).set({ emailVerified: false }).where(eq(users.id, user.actor.userId));
    expect(await challengeRegistration(user, { secret: begun.proof })).toMatchObject({ failure: "conflict" });
    expect(await registerPasskey(user, { response, challenge: asked.challenge }, { secret: begun.proof })).toMatchObject({ failure: "conflict" });
  });

  test("gives a second step, and a step-up, to nobody but the attempt and the session that asked", async () => {
    const { user, begun, email } = await provenAccount(context, inbox);
    const { soft } = await addPasskey(user, begun.proof);
    const asked = await challengeProof(user);
    if (isFailure(asked)) throw new Error(asked.failure);
    expect(asked.options).toMatchObject({ allowCredentials: [{ id: soft.id }], userVerification: "required", rpId: new URL(ORIGIN).hostname });
    const proof = { method: "passkey", response: authenticator.get(asked.options, soft), challenge: asked.challenge } as const;
    const other = signedIn(await signIn(visitor(context), { email, password: PASSWORD }, newBrowser()));
    const elsewhere: UserContext = { ...user, actor: { ...user.actor, sessionId: other.session.id } };
    expect(await proveSession(elsewhere, proof)).toMatchObject({ failure: "invalid_code" });
    const proven = await proveSession(user, proof);
    if (isFailure(proven)) throw new Error(proven.detail);
    expect(await requireProof(user, { secret: proven.secret })).toBeUndefined();
    expect(await proveSession(user, proof), "the same once more").toMatchObject({ failure: "invalid_code" });
  });
});

describe("removing a passkey", () => {
  test("is a step-up, tells, and leaves it worth nothing; with the last factor go recovery codes and the second step", async () => {
    const { user, begun, email } = await provenAccount(context, inbox);
    const { userId } = user.actor;
    const [one, two] = [await addPasskey(user, begun.proof), await addPasskey(user, begun.proof)];
    await context.db.update(users).set({ secondStep: true }).where(eq(users.id, userId));
    await context.db.insert(recoveryCodes).values({ id: newId(), userId, selector: "abcd", hash: "none", number: 3 });
    expect(await removePasskey(user, one.passkey.id, { secret: null })).toMatchObject({ failure: "proof_required" });
    expect(await removePasskey(user, one.passkey.id, { secret: begun.proof })).toBeUndefined();
    expect(await signInWith(context, one.soft, newBrowser())).toMatchObject({ failure: "invalid_credentials" });
    expect(await context.db.select().from(recoveryCodes).where(eq(recoveryCodes.userId, userId))).toHaveLength(1);
    expect(await removePasskey(user, two.passkey.id, { secret: begun.proof })).toBeUndefined();
    expect(await context.db.select().from(recoveryCodes).where(eq(recoveryCodes.userId, userId))).toEqual([]);
    expect((await context.db.select().from(users).where(eq(users.id, userId)))[0]).toMatchObject({ secondStep: false });
    expect((await eventsOf(userId)).filter(({ type }) => type === "factor.removed")).toHaveLength(2);
    expect((await newestMail(context, inbox, email, /passkey was removed/)).text).toContain("Firefox on Linux");
  });

  test("is refused for the last way in, for another's, and for what is none", async () => {
    const { user, begun } = await provenAccount(context, inbox);
    const { passkey } = await addPasskey(user, begun.proof);
    const stranger = await provenAccount(context, inbox);
    for (const id of [passkey.id, newId(), "x"]) {
      expect(await removePasskey(stranger.user, id, { secret: stranger.begun.proof })).toMatchObject({ failure: "not_found" });
      expect(await renamePasskey(stranger.user, id, { name: "Mine" })).toMatchObject({ failure: "not_found" });
    }
    await context.db.update(users).set({ passwordHash: null }).where(eq(users.id, user.actor.userId));
    expect(await removePasskey(user, passkey.id, { secret: begun.proof })).toMatchObject({ failure: "conflict" });
    expect(await keyOf(passkey.id)).toBeDefined();
  });
});

test("without Redis it is added and removed all the same, and said so: nobody is told to try again what is done", async () => {
  const { user, begun, email } = await provenAccount(context, inbox);
  const { passkey } = await addPasskey(user, begun.proof);
  // What has just ended is acknowledged once more with each change.
  const { session } = signedIn(await signIn(visitor(context), { email, password: PASSWORD }, newBrowser()));
  await endSessions(user, { of: [user.actor.userId], ids: [session.id], reason: "ended_by_user" });
  world.redis.freeze();
  try {
    const second = await addPasskey(user, begun.proof);
    expect(await keyOf(second.passkey.id)).toBeDefined();
    expect(await removePasskey(user, passkey.id, { secret: begun.proof })).toBeUndefined();
    expect(await keyOf(passkey.id)).toBeUndefined();
  } finally {
    world.redis.thaw();
  }
  await expect.poll(() => keepTrust(context).once().then(() => true, () => false), { timeout: 10_000 }).toBe(true);
}, 60_000);

describe("an account without a password", () => {
  test("is made with a passkey once its address is proven, and is opened by it alone", async () => {
    const [email, browser] = [newAddress(), newBrowser()];
    const { soft, passkey } = await newPasskey(context, browser);
    const begun = await signUp(visitor(context), { email, passkey, name: "Zo Li" }, browser);
    if (isFailure(begun) || !isBegunAttempt(begun)) throw new Error("no attempt");
    expect(begun.attempt.asked).toEqual(["email_code"]);
    expect(begun.attempt.sealed).not.toContain(soft.id);
    expect(await signInWith(context, soft, browser), "before the code").toMatchObject({ failure: "invalid_credentials" });
    const proven = await proveAttempt(visitor(context), begun.credential, { method: "email_code", code: codeIn(await newestMail(context, inbox, email)) }, browser);
    if (isFailure(proven) || !("begun" in proven)) throw new Error("not proven");
    const { id } = proven.begun.user;
    expect(Buffer.from(soft.userHandle, "base64url").toString()).toBe(id);
    expect((await context.db.select().from(users).where(eq(users.id, id)))[0]).toMatchObject({ passwordHash: null, emailVerified: true });
    expect((await eventsOf(id)).map(({ type }) => type)).toEqual(["account.created", "email.verified", "factor.added", "sign_in.succeeded"]);
    expect(signedIn(await signInWith(context, soft, newBrowser())).user.email).toBe(email);
    expect(await signIn(visitor(context), { email, password: PASSWORD }, newBrowser())).toMatchObject({ failure: "invalid_credentials" });
  });

  test("is made at once where addresses are not verified; a taken one is told", async () => {
    const [email, browser] = [newAddress(), newBrowser()];
    const { soft, passkey } = await newPasskey(withoutMail, browser);
    const begun = signedIn(await signUp(visitor(withoutMail), { email, passkey, name: "Zo Li" }, browser));
    expect(begun.user).toMatchObject({ email, emailVerified: false });
    expect(signedIn(await signInWith(withoutMail, soft, newBrowser())).user.id).toBe(begun.user.id);
    const other = await newPasskey(withoutMail, browser);
    expect(await signUp(visitor(withoutMail), { email, passkey: other.passkey, name: "Zo Li" }, browser)).toMatchObject({ failure: "conflict" });
  });

  test("whose password was set in a house without mail adds one too, its address unproven", async () => {
    const { user, begun } = await newAccount(withoutMail);
    expect((await addPasskey(user, begun.proof)).passkey.synced).toBe(false);
  });
});

test("challenges that were answered are forgotten when they are a day old, however many; younger ones are not", async () => {
  await query(world.databaseUrl, "insert into spent_challenges select 'old ' || n, clock_timestamp() - interval '25 hours' from generate_series(1, 1200) as n");
  const left = async () => (await query<{ old: number; young: number }>(world.databaseUrl, "select count(*) filter (where hash like 'old %')::int as old, count(*) filter (where hash not like 'old %')::int as young from spent_challenges"))[0];
  const before = await left();
  expect(before).toMatchObject({ old: 1200, young: expect.toSatisfy((count: number) => count > 0) });
  await dropOldProofs(context);
  expect(await left()).toEqual({ ...before, old: 0 });
});
