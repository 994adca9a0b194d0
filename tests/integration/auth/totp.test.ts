import { and, eq, sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { attempts, events, outgoingMails, passkeys, recoveryCodes, sessions, totpFactors, users } from "@/db/schema";
import { beginTotp } from "@/lib/auth/begin-totp";
import { changePassword } from "@/lib/auth/change-password";
import { confirmTotp } from "@/lib/auth/confirm-totp";
import { dropOldProofs } from "@/lib/auth/drop-old-proofs";
import { listFactors } from "@/lib/auth/list-factors";
import { pendingTotp } from "@/lib/auth/pending-totp";
import { proveSession } from "@/lib/auth/prove-session";
import { removeTotp } from "@/lib/auth/remove-totp";
import { requireProof } from "@/lib/auth/require-proof";
import { reseal } from "@/lib/auth/reseal";
import { signIn } from "@/lib/auth/sign-in";
import type { Context, UserContext } from "@/lib/core/context";
import { newId } from "@/lib/core/ids";
import { openTestWorld } from "@/tests/support/context";
import { trust } from "@/tests/support/sessions";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { newAccount, newBrowser, PASSWORD, visitor } from "./account";
import { askedForSecond, codeNow, give, good, signedIn, userOf, withTotp } from "./factors";
import { counted } from "./guessing";
import { newestMail, provenAccount, tokenIn } from "./proving";

let context: Context;
let mailed: Context;
let inbox: TestMail;

beforeAll(async () => {
  inbox = await startTestMail();
  ({ context } = await openTestWorld({ HASH_THREADS: "2" }));
  ({ context: mailed } = await openTestWorld({ HASH_THREADS: "2", ...inbox.env }));
  await Promise.all([trust(context), trust(mailed)]);
});

async function eventsOf({ db, actor }: UserContext, type: "factor.added" | "factor.removed") {
  const rows = await db.select().from(events).where(and(eq(events.userId, actor.userId), eq(events.type, type)));
  return rows.map(({ detail }) => detail);
}

const NONE = { password: true, secondStep: false, totp: false, passkeys: [], identities: [], recoveryCodesLeft: 0 };
const ON = { ...NONE, secondStep: true, totp: true, recoveryCodesLeft: 10 };

/** Another session of the same account, in another browser, with a proof of its own. */
async function otherSession(email: string): Promise<{ user: UserContext; proof: string }> {
  const begun = good(await signIn(visitor(context), { email, password: PASSWORD }, newBrowser()));
  if (!("session" in begun)) throw new Error("not signed in");
  return { user: userOf(context, begun), proof: begun.proof };
}

describe("setting up an authenticator app", () => {
  test("is done once a code of it was typed, and brings recovery codes; its secret stands sealed", async () => {
    const { user, begun } = await newAccount(context);
    const proof = { secret: begun.proof };
    const { secret, uri } = good(await beginTotp(user, proof));
    expect(uri).toContain(secret);
    expect(good(await listFactors(user))).toEqual(NONE);
    expect(await pendingTotp(user, proof)).toEqual({ secret, uri });
    const typed = codeNow(context, secret);
    const { recoveryCodes: codes } = good(await confirmTotp(user, { code: `${typed.slice(0, 3)} ${typed.slice(3)}` }, proof));
    expect(codes).toHaveLength(10);
    expect(good(await listFactors(user))).toEqual(ON);
    expect(await eventsOf(user, "factor.added")).toEqual([{ what: "totp" }]);
    const [row] = await context.db.select().from(totpFactors).where(eq(totpFactors.userId, user.actor.userId));
    expect(row).toMatchObject({ sessionId: null, expiresAt: null, number: 1, ways: 0 });
    expect(JSON.stringify(row)).not.toContain(secret);
    expect(await pendingTotp(user, proof)).toMatchObject({ failure: "attempt_over" });
    expect(await confirmTotp(user, { code: codeNow(context, secret, 1) }, proof)).toMatchObject({ failure: "attempt_over" });
  });

  test("needs a step-up for each of its calls", async () => {
    const { user, begun } = await newAccount(context);
    await beginTotp(user, { secret: begun.proof });
    for (const secret of [null, begun.credential.k]) {
      const proof = { secret };
      for (const answer of [beginTotp(user, proof), pendingTotp(user, proof), confirmTotp(user, { code: "000000" }, proof), removeTotp(user, proof)]) {
        expect(await answer).toMatchObject({ failure: "proof_required", ways: ["password"] });
      }
    }
  });

  test("is not begun behind an answer that says it was not", async () => {
    const { user, begun } = await newAccount(context);
    expect(await beginTotp({ ...user, request: { ...user.request, answerBy: performance.now() } }, { secret: begun.proof })).toMatchObject({ failure: "unavailable" });
    expect(await pendingTotp(user, { secret: begun.proof })).toMatchObject({ failure: "attempt_over" });
  });

  test("is of the session that began it", async () => {
    const { user, begun, email } = await newAccount(context);
    const other = await otherSession(email);
    const { secret } = good(await beginTotp(user, { secret: begun.proof }));
    expect(await confirmTotp(other.user, { code: codeNow(context, secret) }, { secret: other.proof })).toMatchObject({ failure: "attempt_over" });
    expect(await pendingTotp(other.user, { secret: other.proof })).toMatchObject({ failure: "attempt_over" });
    // Whoever begins anew takes its place.
    good(await beginTotp(other.user, { secret: other.proof }));
    expect(await confirmTotp(user, { code: codeNow(context, secret) }, { secret: begun.proof })).toMatchObject({ failure: "attempt_over" });
  });

  test("comes to nothing after ten minutes, and is forgotten a day later", async () => {
    const { user, begun } = await newAccount(context);
    const { secret } = good(await beginTotp(user, { secret: begun.proof }));
    const age = (minutes: number) => context.db.update(totpFactors).set({ expiresAt: sql`${totpFactors.expiresAt} - make_interval(mins => ${minutes})` }).where(eq(totpFactors.userId, user.actor.userId));
    await age(10);
    expect(await confirmTotp(user, { code: codeNow(context, secret) }, { secret: begun.proof })).toMatchObject({ failure: "attempt_over" });
    await age(24 * 60);
    await dropOldProofs(context);
    expect(await context.db.select().from(totpFactors).where(eq(totpFactors.userId, user.actor.userId))).toEqual([]);
  });

  test("comes to nothing when something else was changed since", async () => {
    const { user, begun } = await newAccount(context);
    const { secret } = good(await beginTotp(user, { secret: begun.proof }));
    await changePassword(user, { currentPassword: PASSWORD, newPassword: "eleven green ladders" });
    expect(await confirmTotp(user, { code: codeNow(context, secret) }, { secret: begun.proof })).toMatchObject({ failure: "attempt_over" });
  });

  test("takes ten wrong codes, and then none for a while", async () => {
    const { user, begun } = await newAccount(context);
    const { secret } = good(await beginTotp(user, { secret: begun.proof }));
    for (let wrong = 0; wrong < 10; wrong++) expect(await confirmTotp(user, { code: "12345" }, { secret: begun.proof })).toMatchObject({ failure: "invalid_code", triesLeft: 9 - wrong });
    expect(await confirmTotp(user, { code: codeNow(context, secret) }, { secret: begun.proof })).toMatchObject({ failure: "rate_limited", retryAfter: expect.any(Number) as number });
  });

  test("a new app takes the place of the one that is on, once a code of the new one was typed", async () => {
    const { user, begun, email } = await newAccount(context);
    const proof = { secret: begun.proof };
    const { secret: old } = await withTotp(user, begun.proof);
    const { secret } = good(await beginTotp(user, proof));
    signedIn(await give(context, await askedForSecond(context, email), "totp", codeNow(context, old)));
    expect(good(await confirmTotp(user, { code: codeNow(context, secret) }, proof))).toEqual({ recoveryCodes: null });
    const attempt = await askedForSecond(context, email);
    expect(await give(context, attempt, "totp", codeNow(context, old, 1))).toMatchObject({ failure: "invalid_code" });
    signedIn(await give(context, attempt, "totp", codeNow(context, secret, 1)));
    expect(good(await listFactors(user))).toEqual(ON);
  });

  test("is not offered without keys to seal it with", async () => {
    const { user, begun } = await newAccount(context);
    const keyless = { ...user, settings: { ...user.settings, ENCRYPTION_KEYS: [] } };
    expect(await beginTotp(keyless, { secret: begun.proof })).toMatchObject({ failure: "not_found" });
  });

  test("waits for the address to be proven, where there is mail", async () => {
    const { user, begun } = await provenAccount(mailed, inbox);
    const proof = { secret: begun.proof };
    const { secret } = good(await beginTotp(user, proof));
    await mailed.db.update(users).set({ emailVerified: false }).where(eq(users.id, user.actor.userId));
    expect(await beginTotp(user, proof)).toMatchObject({ failure: "conflict", detail: expect.stringContaining("address") as string });
    expect(await confirmTotp(user, { code: codeNow(mailed, secret) }, proof)).toMatchObject({ failure: "conflict" });
  });

  test("the first factor's mail leads back to before it; a later one's does not", async () => {
    const { user, begun, email } = await provenAccount(mailed, inbox);
    await withTotp(user, begun.proof);
    const mail = await newestMail(mailed, inbox, email, /authenticator app/i);
    expect(tokenIn(mail, "not-me")).toBeTruthy();
    await withTotp(user, begun.proof);
    expect((await newestMail(mailed, inbox, email, /authenticator app/i)).text).not.toContain("/not-me");
    const numbers = await mailed.db.select({ number: outgoingMails.number }).from(outgoingMails).where(and(eq(outgoingMails.userId, user.actor.userId), eq(outgoingMails.kind, "factor_added")));
    expect(numbers.map(({ number }) => number).sort()).toEqual([1, null]);
  });
});

describe("a code of it", () => {
  test("is asked for after the password, and signs in once, whatever it is for", async () => {
    const { user, begun, email } = await newAccount(context);
    const { secret } = good(await beginTotp(user, { secret: begun.proof }));
    const first = codeNow(context, secret);
    good(await confirmTotp(user, { code: first }, { secret: begun.proof }));
    const attempt = await askedForSecond(context, email);
    // The one that confirmed it is spent.
    expect(await give(context, attempt, "totp", first)).toMatchObject({ failure: "invalid_code", triesLeft: 4 });
    const next = codeNow(context, secret, 1);
    signedIn(await give(context, attempt, "totp", next));
    for (const code of [first, next]) expect(await give(context, await askedForSecond(context, email), "totp", code)).toMatchObject({ failure: "invalid_code" });
    expect(await proveSession(user, { method: "totp", code: next })).toMatchObject({ failure: "invalid_code" });
    await context.db.update(totpFactors).set({ lastStep: 0 }).where(eq(totpFactors.userId, user.actor.userId));
    const code = codeNow(context, secret);
    const { secret: proof } = good(await proveSession(user, { method: "totp", code }));
    expect(await requireProof(user, { secret: proof })).toBeUndefined();
    expect(await give(context, await askedForSecond(context, email), "totp", code)).toMatchObject({ failure: "invalid_code" });
  });

  test("is what a step-up asks for from then on, and not the password", async () => {
    const { user, begun } = await newAccount(context);
    await withTotp(user, begun.proof);
    expect(await proveSession(user, { method: "password", password: PASSWORD })).toMatchObject({ failure: "proof_required", ways: ["totp", "recovery_code"] });
  });

  test("of another account is worth nothing, nor is its secret in another row", async () => {
    const [one, other] = [await newAccount(context), await newAccount(context)];
    const { secret } = await withTotp(one.user, one.begun.proof);
    const { secret: others } = await withTotp(other.user, other.begun.proof);
    expect(await give(context, await askedForSecond(context, one.email), "totp", codeNow(context, others))).toMatchObject({ failure: "invalid_code" });
    const [row] = await context.db.select().from(totpFactors).where(eq(totpFactors.userId, one.user.actor.userId));
    await context.db.update(totpFactors).set({ secret: row?.secret }).where(eq(totpFactors.userId, other.user.actor.userId));
    const attempt = await askedForSecond(context, other.email);
    for (const code of [codeNow(context, secret), codeNow(context, others)]) expect(await give(context, attempt, "totp", code)).toMatchObject({ failure: "unavailable" });
  });

  test("is good after its secret was sealed anew, and then without the key before", async () => {
    const { context: own } = await openTestWorld({ HASH_THREADS: "2" });
    await trust(own);
    const { user, begun, email } = await newAccount(own);
    const { secret } = await withTotp(user, begun.proof);
    good(await beginTotp(user, { secret: begun.proof }));
    const [old] = own.settings.ENCRYPTION_KEYS;
    const next = { id: "2", key: new Uint8Array(32).fill(7) };
    const turning = { ...own, settings: { ...own.settings, ENCRYPTION_KEYS: [next, ...(old ? [old] : [])] } };
    expect(await reseal(turning)).toEqual({ moved: 2, lost: 0 });
    expect(await reseal(turning)).toEqual({ moved: 0, lost: 0 });
    const turned = { ...own, settings: { ...own.settings, ENCRYPTION_KEYS: [next] } };
    signedIn(await give(turned, await askedForSecond(turned, email), "totp", codeNow(own, secret)));
    expect(await reseal(own)).toEqual({ moved: 0, lost: 2 });
  });

  test("cannot be checked without the key that its secret is sealed with: said in the log, and charged to nobody", async () => {
    const { user, begun, email } = await newAccount(context);
    const { secret, codes } = await withTotp(user, begun.proof);
    const said: unknown[] = [];
    const log = Object.assign(Object.create(context.log) as typeof context.log, { error: (...words: unknown[]) => void said.push(words) });
    const without = { log, settings: { ...context.settings, ENCRYPTION_KEYS: [{ id: "2", key: new Uint8Array(32).fill(7) }] } };
    const attempt = await askedForSecond(context, email);
    expect(await give({ ...context, ...without }, attempt, "totp", codeNow(context, secret))).toMatchObject({ failure: "unavailable" });
    expect(await proveSession({ ...user, ...without }, { method: "totp", code: codeNow(context, secret) })).toMatchObject({ failure: "unavailable" });
    expect(said).toHaveLength(2);
    const [row] = await context.db.select().from(attempts).where(eq(attempts.id, attempt.a));
    expect(row?.guesses).toBe(0);
    expect([await counted(context, user.actor.userId), await counted(context, user.actor.userId, "step-up")]).toEqual([[0, 0], [0, 0]]);
    signedIn(await give({ ...context, ...without }, attempt, "recovery_code", codes[0] ?? ""));
  });
});

describe("turning it off", () => {
  test("takes the second step and the recovery codes with it, and is told", async () => {
    const { user, begun, email } = await provenAccount(mailed, inbox);
    await withTotp(user, begun.proof);
    expect(await removeTotp(user, { secret: begun.proof })).toBeUndefined();
    expect(good(await listFactors(user))).toEqual(NONE);
    expect(await mailed.db.select().from(recoveryCodes).where(eq(recoveryCodes.userId, user.actor.userId))).toEqual([]);
    expect(await eventsOf(user, "factor.removed")).toEqual([{ what: "totp" }]);
    expect((await newestMail(mailed, inbox, email, /turned off/)).text).not.toContain("/not-me");
    // Once more is no change.
    const [before] = await mailed.db.select().from(users).where(eq(users.id, user.actor.userId));
    expect(await removeTotp(user, { secret: begun.proof })).toBeUndefined();
    expect(await mailed.db.select().from(users).where(eq(users.id, user.actor.userId))).toEqual([before]);
  });

  test("leaves the second step on where a passkey gives it and its owner wants it, and then the codes too", async () => {
    for (const wants of [true, false]) {
      const { user, begun } = await newAccount(context);
      const { userId } = user.actor;
      await withTotp(user, begun.proof);
      await context.db.insert(passkeys).values({ id: newId(), userId, credentialId: newId(), publicKey: "key", counter: 0, synced: false, name: "Key", number: 1 });
      await context.db.update(users).set({ secondStep: wants }).where(eq(users.id, userId));
      expect(await removeTotp(user, { secret: begun.proof })).toBeUndefined();
      expect(good(await listFactors(user))).toMatchObject({ secondStep: wants, totp: false, recoveryCodesLeft: wants ? 10 : 0 });
      const [row] = await context.db.select().from(users).where(eq(users.id, userId));
      expect(row?.secondStep).toBe(wants);
    }
  });

  test("is refused where nothing else would open the account", async () => {
    const { user, begun } = await newAccount(context);
    const { secret } = await withTotp(user, begun.proof);
    await context.db.update(users).set({ passwordHash: null }).where(eq(users.id, user.actor.userId));
    expect(await removeTotp(user, { secret: begun.proof })).toMatchObject({ failure: "conflict", detail: expect.any(String) as string });
    expect(good(await listFactors(user))).toMatchObject({ password: false, totp: true, recoveryCodesLeft: 10 });
    // Nothing was spent or raised by the refusal.
    good(await proveSession(user, { method: "totp", code: codeNow(context, secret) }));
  });

  test("is not done by a session that has ended, whatever it still has", async () => {
    const { user, begun } = await newAccount(context);
    await withTotp(user, begun.proof);
    await context.db.update(sessions).set({ endedAt: sql`clock_timestamp()`, endReason: "ended_by_user" }).where(eq(sessions.id, user.actor.sessionId));
    for (const answer of [removeTotp(user, { secret: begun.proof }), beginTotp(user, { secret: begun.proof }), confirmTotp(user, { code: "000000" }, { secret: begun.proof })]) {
      expect(await answer).toMatchObject({ failure: "unauthenticated" });
    }
  });
});
