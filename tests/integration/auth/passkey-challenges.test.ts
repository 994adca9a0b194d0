import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { passkeys, users } from "@/db/schema";
import { isBegunAttempt } from "@/lib/auth/complete-sign-in";
import { challengeAttempt, challengeProof, challengeRegistration, challengeSignIn, challengeSignUp } from "@/lib/auth/make-challenge";
import { proveAttempt } from "@/lib/auth/prove-attempt";
import { proveSession } from "@/lib/auth/prove-session";
import { registerPasskey } from "@/lib/auth/register-passkey";
import { removePasskey } from "@/lib/auth/remove-passkey";
import { signIn } from "@/lib/auth/sign-in";
import { signInByPasskey } from "@/lib/auth/sign-in-by-passkey";
import { signUp } from "@/lib/auth/sign-up";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { query } from "@/scripts/servers/query";
import { openTestWorld, type TestWorld } from "@/tests/support/context";
import { heldBack } from "@/tests/support/held-back";
import { rounds } from "@/tests/support/rounds";
import { trust } from "@/tests/support/sessions";
import type { SoftPasskey } from "@/tests/support/software-authenticator";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { newBrowser, PASSWORD, tally, visitor } from "./account";
import { accountWithPasskey, addPasskey, authenticator, newPasskey, NO, signedIn } from "./passkey-account";
import { beginSignUp, newAddress, provenAccount, sendAll } from "./proving";

let world: TestWorld;
let context: Context;
let inbox: TestMail;

beforeAll(async () => {
  inbox = await startTestMail();
  world = await openTestWorld({ HASH_THREADS: "2", ...inbox.env });
  context = world.context;
  await trust(context);
});

const later = (minutes: number): Context => ({ ...context, clock: { now: () => context.clock.now() + minutes * 60_000 } });
const sessionsOf = async (userId: string) => (await query<{ count: number }>(world.databaseUrl, "select count(*)::int as count from sessions where user_id = $1 and ended_at is null", [userId]))[0]?.count;

describe("a challenge", () => {
  test("is worth nothing in another browser, for another purpose, made up, changed, or after five minutes", async () => {
    const { soft, user, begun } = await accountWithPasskey(context, inbox);
    const [browser, other] = [newBrowser(), newBrowser()];
    const asked = await challengeSignIn(context, browser.browserId);
    const response = authenticator.get(asked.options, soft);
    const using = (challenge: string, of = browser, at = context) => signInByPasskey(visitor(at), { response, challenge }, of);
    expect(await using(asked.challenge, other)).toEqual(NO);
    expect(await using(asked.challenge, browser, later(5.1))).toEqual(NO);
    for (const text of ["", "1.", "1.AAAA", asked.challenge.slice(0, -2), `2${asked.challenge.slice(1)}`, `${asked.challenge.slice(0, 20)}${asked.challenge[20] === "A" ? "B" : "A"}${asked.challenge.slice(21)}`]) expect(await using(text)).toEqual(NO);
    const purposes = [await challengeSignUp(context, browser.browserId), await challengeProof(user), await challengeRegistration(user, { secret: begun.proof })];
    for (const made of purposes) {
      if (isFailure(made)) throw new Error(made.failure);
      const elsewhere = { response: authenticator.get(made.options, soft), challenge: made.challenge };
      expect(await signInByPasskey(visitor(context), elsewhere, browser)).toEqual(NO);
      expect(await signInByPasskey(visitor(context), elsewhere, { browserId: user.actor.sessionId, prior: null })).toEqual(NO);
    }
    expect(await proveSession(user, { method: "passkey", response, challenge: asked.challenge })).toMatchObject({ failure: "invalid_code" });
    expect(signedIn(await using(asked.challenge, browser, later(4)))).toBeTruthy();
  });

  test("for a new account is worth nothing in another browser, twice, or for adding one; and the other way round", async () => {
    const { user, begun } = await provenAccount(context, inbox);
    const browser = newBrowser();
    const { passkey } = await newPasskey(context, browser);
    const input = () => ({ email: newAddress(), passkey, name: "Zo Li" });
    expect(await signUp(visitor(context), input(), newBrowser())).toMatchObject({ failure: "invalid_input" });
    expect(await registerPasskey(user, passkey, { secret: begun.proof })).toMatchObject({ failure: "invalid_input" });
    const asked = await challengeRegistration(user, { secret: begun.proof });
    if (isFailure(asked)) throw new Error(asked.failure);
    const own = { response: authenticator.create(asked.options).response, challenge: asked.challenge };
    expect(await signUp(visitor(context), { ...input(), passkey: own }, { browserId: user.actor.sessionId, prior: null })).toMatchObject({ failure: "invalid_input" });
    expect(tally(await Promise.all(Array.from({ length: 6 }, () => signUp(visitor(context), input(), browser))))).toEqual({ ok: 1, invalid_input: 5 });
  });

  test("of one attempt is worth nothing in another, and a wrong answer costs a guess", async () => {
    const { email, soft, userId } = await accountWithPasskey(context, inbox);
    await context.db.update(users).set({ secondStep: true }).where(eq(users.id, userId));
    const browser = newBrowser();
    async function begin(of = browser) {
      const begun = await signIn(visitor(context), { email, password: PASSWORD }, of);
      if (isFailure(begun) || !isBegunAttempt(begun)) throw new Error("nothing asked");
      expect(begun.attempt.asked).toEqual(["passkey"]);
      const asked = await challengeAttempt(context, begun.credential);
      if (isFailure(asked)) throw new Error(asked.failure);
      return { ...begun, ...asked };
    }
    const [one, two] = [await begin(), await begin(newBrowser())];
    const proof = { method: "passkey", response: authenticator.get(one.options, soft), challenge: one.challenge } as const;
    expect(await proveAttempt(visitor(context), two.credential, proof, newBrowser())).toMatchObject({ failure: "invalid_code", triesLeft: 4 });
    const unverified = authenticator.get(two.options, soft, { userVerified: false });
    for (let left = 3; left >= 0; left--) expect(await proveAttempt(visitor(context), two.credential, { ...proof, response: unverified, challenge: two.challenge }, newBrowser())).toMatchObject({ failure: "invalid_code", triesLeft: left });
    expect(await proveAttempt(visitor(context), two.credential, { ...proof, response: authenticator.get(two.options, soft), challenge: two.challenge }, newBrowser())).toMatchObject({ failure: "attempt_over" });
    const again = { ...proof, response: authenticator.get(one.options, soft) };
    expect(tally(await Promise.all(Array.from({ length: 4 }, () => proveAttempt(visitor(context), one.credential, again, browser))))).toMatchObject({ ok: 1 });
    expect(await sessionsOf(userId)).toBe(2);
    expect(await challengeAttempt(context, await beginSignUp(context, newAddress())), "an attempt that asks for none").toMatchObject({ failure: "attempt_over" });
  });

  test("that is answered many times at once opens one session, in every round", async () => {
    const { soft, userId } = await accountWithPasskey(context, inbox);
    for (let round = 0; round < rounds(60); round++) {
      const browser = newBrowser();
      const { options, challenge } = await challengeSignIn(context, browser.browserId);
      const responses = Array.from({ length: 6 }, () => authenticator.get(options, soft));
      const outcomes = await Promise.all(responses.map((response) => signInByPasskey(visitor(context), { response, challenge }, browser)));
      expect(tally(outcomes), `round ${round}`).toEqual({ ok: 1, invalid_credentials: 5 });
      // Whichever of them it was, the next ones count on from the highest.
      soft.counter += 6;
    }
    const begun = await query<{ count: number }>(world.databaseUrl, "select count(*)::int as count from events where user_id = $1 and type = 'sign_in.succeeded'", [userId]);
    expect(begun[0]?.count).toBe(1 + rounds(60));
  });
});

describe("a copy of a passkey", () => {
  async function copied(soft: SoftPasskey, counter: number, browser = newBrowser()) {
    const { options, challenge } = await challengeSignIn(context, browser.browserId);
    const input = { response: authenticator.get(options, soft, { counter }), challenge };
    return { browser, input, result: await signInByPasskey(visitor(context), input, browser) };
  }
  const told = (userId: string) => query(world.databaseUrl, "select detail from events where user_id = $1 and type = 'passkey.counter_went_back'", [userId]);

  test("that counts less, or the same, is refused, and its owner is told; not so of an answer that comes twice", async () => {
    const { soft, userId, email, user } = await accountWithPasskey(context, inbox);
    const right = await copied(soft, 10);
    signedIn(right.result);
    expect(await signInByPasskey(visitor(context), right.input, right.browser), "sent twice").toEqual(NO);
    expect(await told(userId)).toEqual([]);
    const back = await copied(soft, 10);
    expect(back.result).toEqual(NO);
    for (let again = 0; again < 3; again++) await signInByPasskey(visitor(context), back.input, back.browser);
    expect(await told(userId)).toEqual([{ detail: { name: "Firefox on Linux" } }]);
    await sendAll(context);
    expect((await inbox.mails(email)).filter(({ subject }) => subject.startsWith("A passkey was refused"))).toHaveLength(1);
    expect((await copied(soft, 0)).result).toEqual(NO);
    const asked = await challengeProof(user);
    if (isFailure(asked)) throw new Error(asked.failure);
    expect(await proveSession(user, { method: "passkey", response: authenticator.get(asked.options, soft, { counter: 9 }), challenge: asked.challenge })).toMatchObject({ failure: "invalid_code" });
    expect(await told(userId)).toHaveLength(3);
    signedIn((await copied(soft, 11)).result);
  });

  test("with a signature that is not right tells nothing: anybody could have that told", async () => {
    const { soft, userId } = await accountWithPasskey(context, inbox);
    const { soft: other } = await accountWithPasskey(context, inbox);
    expect((await copied({ ...soft, privateKey: other.privateKey }, 0)).result).toEqual(NO);
    expect(await told(userId)).toEqual([]);
  });

  test("and the passkey itself, used at once with one count, open one session", async () => {
    const { soft } = await accountWithPasskey(context, inbox);
    for (let round = 0; round < rounds(30); round++) {
      const outcomes = await Promise.all(Array.from({ length: 4 }, async () => (await copied(soft, 20 + round)).result));
      expect(tally(outcomes), `round ${round}`).toEqual({ ok: 1, invalid_credentials: 3 });
    }
  });
});

describe("removing at once", () => {
  test("the last two ways in leaves one of them, in every round", async () => {
    for (let round = 0; round < rounds(30); round++) {
      const { user, begun, passkey, userId } = await accountWithPasskey(context, inbox);
      const second = await addPasskey(user, begun.proof);
      await context.db.update(users).set({ passwordHash: null }).where(eq(users.id, userId));
      const shown = { secret: begun.proof };
      const outcomes = await Promise.all([removePasskey(user, passkey.id, shown), removePasskey(user, second.passkey.id, shown)]);
      expect(tally(outcomes), `round ${round}`).toEqual({ ok: 1, conflict: 1 });
      expect(await context.db.select().from(passkeys).where(eq(passkeys.userId, userId))).toHaveLength(1);
    }
  });

  test("a passkey and signing in with it: a sign-in that is held back comes to nothing", async () => {
    const { user, begun, passkey, soft } = await accountWithPasskey(context, inbox);
    const browser = newBrowser();
    const { options, challenge } = await challengeSignIn(context, browser.browserId);
    const late = heldBack(visitor(context));
    const signingIn = signInByPasskey(late.held, { response: authenticator.get(options, soft), challenge }, browser);
    await late.waits;
    expect(await removePasskey(user, passkey.id, { secret: begun.proof })).toBeUndefined();
    late.letGo();
    expect(await signingIn).toMatchObject({ failure: "invalid_credentials" });
  });
});
