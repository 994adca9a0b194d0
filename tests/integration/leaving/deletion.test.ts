import { and, eq, isNull } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { accountDeletions, attempts, events, outgoingMails, roles, sessions, users } from "@/db/schema";
import { deleteUser } from "@/lib/admin/delete-user";
import { keepUser } from "@/lib/admin/keep-user";
import { updateUser } from "@/lib/admin/update-user";
import { askForApproval } from "@/lib/auth/ask-for-approval";
import { askForCode } from "@/lib/auth/ask-for-code";
import { askForReset } from "@/lib/auth/ask-for-reset";
import type { AttemptCredential } from "@/lib/auth/attempt-row";
import { attemptView } from "@/lib/auth/attempt-view";
import type { BegunAttempt } from "@/lib/auth/begin-attempt";
import { isBegunAttempt, type SigningBrowser } from "@/lib/auth/complete-sign-in";
import { linkByAttempt } from "@/lib/auth/link-by-attempt";
import { proveAttempt } from "@/lib/auth/prove-attempt";
import { requireProof } from "@/lib/auth/require-proof";
import { resetPassword } from "@/lib/auth/reset-password";
import { signIn } from "@/lib/auth/sign-in";
import type { Context, UserContext } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { askForDeletion } from "@/lib/leaving/ask-for-deletion";
import { keepAccount } from "@/lib/leaving/keep-account";
import { authenticate } from "@/lib/sessions/authenticate";
import { newBrowser, PASSWORD, tally, visitor } from "@/tests/integration/auth/account";
import { askedForSecond, codeNow, give, good, signedIn, userOf as actingAs, withTotp } from "@/tests/integration/auth/factors";
import { newestMail, provenAccount, sendAll, tokenIn } from "@/tests/integration/auth/proving";
import { holding, userOf } from "@/tests/support/administrators";
import { account, asked, come, link, ownerOf, prove, providersEnv, somebody } from "@/tests/integration/providers/identities";
import { openTestWorld } from "@/tests/support/context";
import { heldBack } from "@/tests/support/held-back";
import { rounds } from "@/tests/support/rounds";
import { trust } from "@/tests/support/sessions";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";

const DAY_MS = 86_400_000;
let context: Context;
let inbox: TestMail;

beforeAll(async () => {
  inbox = await startTestMail();
  ({ context } = await openTestWorld({ HASH_THREADS: "2", ...inbox.env, ...providersEnv }));
  await trust(context);
});

/** An account whose deletion was asked for. */
async function leaving() {
  const account = await provenAccount(context, inbox);
  const { dueAt } = good(await askForDeletion(account.user, { secret: account.begun.proof }));
  return { ...account, dueAt };
}

const attemptOf = (begun: unknown): BegunAttempt => {
  if (isFailure(begun) || !isBegunAttempt(begun as object)) throw new Error(isFailure(begun) ? begun.failure : "signed in");
  return begun as BegunAttempt;
};
const password = (email: string, browser: SigningBrowser = newBrowser(), more = {}) => signIn(visitor(context), { email, password: PASSWORD, ...more }, browser);
const keep = (credential: AttemptCredential) => keepAccount(visitor(context), credential, { prior: null });
const typesOf = async (userId: string) => (await context.db.select({ type: events.type }).from(events).where(eq(events.userId, userId)).orderBy(events.at)).map(({ type }) => type);

describe("asking for one's account to be deleted", () => {
  test("ends every session for good, is told, and needs a step-up", async () => {
    const { user, email, begun } = await provenAccount(context, inbox);
    const other = good(await password(email));
    if (isBegunAttempt(other)) throw new Error("more is asked");
    expect(await askForDeletion(user, { secret: null })).toMatchObject({ failure: "proof_required" });
    expect(await askForDeletion(user, { secret: "not it" })).toMatchObject({ failure: "proof_required" });
    const { dueAt } = good(await askForDeletion(user, { secret: begun.proof }));
    expect(Math.abs(Date.parse(dueAt) - Date.now() - 14 * DAY_MS)).toBeLessThan(60_000);
    for (const { credential } of [begun, other]) expect(await authenticate(visitor(context), credential, { use: true })).toMatchObject({ state: "anonymous", ended: { reason: "deleted" } });
    const [row] = await context.db.select().from(users).where(eq(users.id, user.actor.userId));
    expect(row?.deletionDueAt?.toISOString()).toBe(dueAt);
    expect((await context.db.select().from(sessions).where(and(eq(sessions.userId, user.actor.userId), isNull(sessions.endedAt)))).length).toBe(0);
    expect(await typesOf(user.actor.userId)).toEqual(expect.arrayContaining(["deletion.asked", "session.ended"]));
    const mail = await newestMail(context, inbox, email, /will be deleted/);
    expect(mail.text).toContain("sign in before then");
    expect(await askForDeletion(user, { secret: begun.proof })).toMatchObject({ failure: "unauthenticated" });
  });

  test("brings to nothing what is under way: a sign-in that was held back, a second step half given", async () => {
    const { user, email, begun } = await provenAccount(context, inbox);
    const { held, waits, letGo } = heldBack(visitor(context));
    const late = signIn(held, { email, password: PASSWORD }, newBrowser());
    await waits;
    good(await askForDeletion(user, { secret: begun.proof }));
    letGo();
    expect(await late).toMatchObject({ failure: "invalid_credentials" });
    expect((await context.db.select().from(sessions).where(and(eq(sessions.userId, user.actor.userId), isNull(sessions.endedAt)))).length).toBe(0);
  });

  test("without days of grace it is not said that it can be kept", async () => {
    const { user, email, begun } = await provenAccount(context, inbox);
    good(await askForDeletion({ ...user, settings: { ...user.settings, ACCOUNT_DELETION_DAYS: 0 } }, { secret: begun.proof }));
    const { text } = await newestMail(context, inbox, email, /being deleted/);
    expect(text).toContain("There is no way back.");
    expect(text).not.toMatch(/keep|sign in/i);
  });

  test("is told to nobody who is kept after all", async () => {
    const { email } = await leaving();
    good(await keep(attemptOf(await password(email)).credential));
    await inbox.clear();
    await sendAll(context);
    expect((await inbox.mails(email)).map(({ subject }) => subject.split(" · ")[0])).not.toContain("Your account will be deleted");
  });
});

describe("in the days of grace", () => {
  test("a password alone leads to keeping and to nothing else", async () => {
    const { email, dueAt, user, browser } = await leaving();
    expect(await signIn(visitor(context), { email, password: "not the right one" }, browser)).toMatchObject({ failure: "invalid_credentials" });
    const { attempt, credential } = attemptOf(await password(email, browser));
    expect(await attemptView(context, attempt)).toMatchObject({ kind: "sign_in", address: email, ways: [], mail: null, digits: null, keepUntil: dueAt });
    for (const method of ["email_code", "totp", "recovery_code", "passkey", "approval"] as const) {
      expect(await proveAttempt(visitor(context), credential, { method, code: "123456" }, { prior: null })).toMatchObject({ failure: "attempt_over" });
    }
    expect(await askForCode(visitor(context), credential)).toMatchObject({ failure: "attempt_over" });
    expect(isFailure(await askForApproval(visitor(context), credential))).toBe(true);
    expect(await keep({ ...credential, k: "not it" })).toMatchObject({ failure: "attempt_over" });
    const kept = signedIn(await keep(credential));
    expect(await authenticate(visitor(context), kept.credential, { use: true })).toMatchObject({ state: "authenticated", session: { device: { id: expect.any(String) } } });
    // A sign-in is a step-up, this one too.
    expect(await requireProof(actingAs(context, kept), { secret: kept.proof })).toBeUndefined();
    expect(await context.db.select().from(accountDeletions).where(eq(accountDeletions.userId, user.actor.userId))).toEqual([]);
    const types = await typesOf(user.actor.userId);
    expect(types[types.indexOf("deletion.cancelled") + 1]).toBe("sign_in.succeeded");
    expect((await newestMail(context, inbox, email, /will not be deleted/)).subject).toMatch(/^Your account stays/);
    expect(await keep(credential)).toMatchObject({ failure: "attempt_over" });
    expect(isBegunAttempt(good(await password(email)))).toBe(false);
  });

  test("nobody learns of it before the second step, on a trusted device neither", async () => {
    const { user, email, begun } = await provenAccount(context, inbox);
    const { secret } = await withTotp(user, begun.proof);
    const browser = newBrowser();
    // Trusted from here on.
    signedIn(await give(context, await askedForSecond(context, email, browser), "totp", codeNow(context, secret), true));
    good(await askForDeletion(user, { secret: begun.proof }));
    const asked = attemptOf(await password(email));
    expect(await attemptView(context, asked.attempt)).toEqual(expect.not.objectContaining({ keepUntil: expect.anything() }));
    expect(asked.attempt.asked).toContain("totp");
    expect(await keep(asked.credential)).toMatchObject({ failure: "attempt_over" });
    const next = attemptOf(await give(context, asked.credential, "totp", codeNow(context, secret, 1)));
    expect([next.attempt.keeps, next.attempt.asked]).toEqual([true, []]);
    // Asking for the deletion took the trust back with everything else.
    expect(attemptOf(await password(email, browser)).attempt.asked).toContain("totp");
    const kept = signedIn(await keep(next.credential));
    expect(await requireProof(actingAs(context, kept), { secret: kept.proof })).toBeUndefined();
  });

  test("another provider with its address links nothing: the account's own proof leads to keeping", async () => {
    const { email, user } = await leaving();
    const identity = somebody({ email });
    const { credential } = asked(await come(context, identity));
    const before = await account(context, user.actor.userId);
    const { attempt } = asked(await prove(context, credential, { method: "password", password: PASSWORD }));
    expect(attempt).toMatchObject({ keeps: true, asked: [] });
    expect(await linkByAttempt(visitor(context), credential, { prior: null })).toEqual({ failure: "attempt_over" });
    expect([await ownerOf(context, identity), (await account(context, user.actor.userId)).ways]).toEqual([null, before.ways]);
    const kept = signedIn(await keep(credential));
    expect(await requireProof(actingAs(context, kept), { secret: kept.proof })).toBeUndefined();
    expect(await context.db.select({ provider: sessions.provider }).from(sessions).where(eq(sessions.id, kept.session.id))).toEqual([{ provider: null }]);
    expect(await ownerOf(context, identity)).toBeNull();
  });

  test("a provider's word keeps it, and is no step-up by that; nor where nobody can read any more what it was", async () => {
    const { user, begun, browser } = await provenAccount(context, inbox);
    const identity = somebody();
    good(await link(user, begun.proof, identity));
    const bystander = await provenAccount(context, inbox);
    good(await askForDeletion(user, { secret: begun.proof }));
    const lost = asked(await come(context, identity, newBrowser()));
    await context.db.update(attempts).set({ sealed: "nothing" }).where(eq(attempts.id, lost.attempt.id));
    expect(await keep(lost.credential)).toEqual({ failure: "attempt_over" });
    const { attempt, credential } = asked(await come(context, identity, browser));
    expect(attempt.keeps).toBe(true);
    // Somebody else is signed in in that browser: it is no deed of theirs.
    const kept = signedIn(await keepAccount({ ...visitor(context), actor: bystander.user.actor }, credential, { prior: null }));
    expect(await requireProof(actingAs(context, kept), { secret: kept.proof })).toMatchObject({ failure: "proof_required" });
    expect(await context.db.select({ provenAt: sessions.provenAt, provider: sessions.provider }).from(sessions).where(eq(sessions.id, kept.session.id))).toEqual([{ provenAt: null, provider: "google" }]);
    const [cancelled] = await context.db.select().from(events).where(and(eq(events.userId, user.actor.userId), eq(events.type, "deletion.cancelled")));
    expect(cancelled).toMatchObject({ actor: "user", actorUserId: null });
  });

  test("an app keeps it likewise, and gets its tokens", async () => {
    const { email } = await leaving();
    const { credential, attempt } = attemptOf(await password(email, newBrowser(), { client: "native", device: { name: "Phone", platform: "iOS" } }));
    expect([attempt.client, attempt.keeps]).toEqual(["native", true]);
    const kept = signedIn(await keep(credential));
    expect(kept.tokens).toMatchObject({ tokenType: "Bearer" });
    expect(kept.session.device.name).toContain("Phone");
  });

  test("whoever presses twice, in one window or two, begins one session", async () => {
    for (let round = 0; round < rounds(20); round++) {
      const { email, user } = await leaving();
      const one = attemptOf(await password(email)).credential;
      const two = attemptOf(await password(email)).credential;
      expect(tally(await Promise.all([one, one, two, two].map(keep)))).toEqual({ ok: 1, attempt_over: 3 });
      expect(await context.db.select().from(sessions).where(and(eq(sessions.userId, user.actor.userId), isNull(sessions.endedAt)))).toHaveLength(1);
    }
  });

  test("a forgotten password is set anew; what was asked before leads nowhere then, and the new one to keeping", async () => {
    const { email } = await leaving();
    const before = attemptOf(await password(email));
    await askForReset(visitor(context), email, null);
    const token = tokenIn(await newestMail(context, inbox, email, /\/reset/), "reset");
    expect(await resetPassword(visitor(context), { token, newPassword: "eleven green ladders" })).toBeUndefined();
    expect(await keep(before.credential)).toMatchObject({ failure: "attempt_over" });
    const after = attemptOf(await signIn(visitor(context), { email, password: "eleven green ladders" }, newBrowser()));
    signedIn(await keep(after.credential));
  });

  test("once its erasure has begun nothing keeps it", async () => {
    const { email, user } = await leaving();
    const { credential } = attemptOf(await password(email));
    await context.db.update(accountDeletions).set({ begunAt: new Date() }).where(eq(accountDeletions.userId, user.actor.userId));
    expect(await keep(credential)).toMatchObject({ failure: "attempt_over" });
    // And the press has cost nothing that could be tried again.
    const [row] = await context.db.select().from(attempts).where(eq(attempts.id, credential.a));
    expect(row?.finishedAt).toBeNull();
  });
});

describe("administrators", () => {
  let admin: UserContext;
  let proof: { secret: string };

  beforeAll(async () => {
    await context.db.insert(roles).values([{ name: "MANAGER", permissions: ["users.read", "users.manage"] }]);
    const { caller, begun } = await userOf(context, "ADMIN");
    [admin, proof] = [caller, { secret: begun.proof }];
  });

  test("the last one cannot leave; of two who leave at once one stays", async () => {
    for (let round = 0; round < rounds(20); round++) {
      const second = await userOf(context, "ADMIN");
      const both = [{ caller: admin, secret: proof.secret }, { caller: second.caller, secret: second.begun.proof }];
      const results = await Promise.all(both.map(({ caller, secret }) => askForDeletion(caller, { secret })));
      expect(tally(results)).toEqual({ ok: 1, conflict: 1 });
      const stayed = isFailure(results[0]) ? 0 : 1;
      // Nor can the one who stayed be demoted, disabled or deleted by anybody, while the other has not come back.
      const manager = await holding(both[stayed]?.caller as UserContext, "users.manage");
      const self = { secret: both[stayed]?.secret as string };
      for (const change of [{ role: "USER" }, { disabled: true }]) expect(await updateUser(manager, manager.actor.userId, change, self)).toMatchObject({ failure: "conflict" });
      [admin, proof] = [both[stayed]?.caller as UserContext, self];
    }
  });

  test("have an account deleted with the same grace, and can keep it; its owner is told, but not from where", async () => {
    const { user, email, begun } = await provenAccount(context, inbox);
    const manager = await holding(admin, "users.manage");
    expect(await deleteUser(manager, user.actor.userId, { secret: null })).toMatchObject({ failure: "proof_required" });
    const { dueAt } = good(await deleteUser(manager, user.actor.userId, proof));
    expect(Math.abs(Date.parse(dueAt) - Date.now() - 14 * DAY_MS)).toBeLessThan(60_000);
    expect(await deleteUser(manager, user.actor.userId, proof)).toEqual({ dueAt });
    expect(await authenticate(visitor(context), begun.credential, { use: true })).toMatchObject({ state: "anonymous", ended: { reason: "deleted" } });
    const mail = await newestMail(context, inbox, email, /will be deleted/);
    expect(mail.text).toContain("An administrator asked");
    expect(mail.text).not.toContain(admin.request.address);
    const asked = await context.db.select().from(events).where(and(eq(events.userId, user.actor.userId), eq(events.type, "deletion.asked")));
    expect(asked).toMatchObject([{ actor: "admin", actorUserId: admin.actor.userId }]);
    attemptOf(await password(email));
    expect(await keepUser(manager, user.actor.userId, { secret: null })).toMatchObject({ failure: "proof_required" });
    expect(await keepUser(manager, user.actor.userId, proof)).toBeUndefined();
    expect(await keepUser(manager, user.actor.userId, proof)).toMatchObject({ failure: "conflict" });
    expect(isBegunAttempt(good(await password(email)))).toBe(false);
    expect((await context.db.select().from(outgoingMails).where(and(eq(outgoingMails.userId, user.actor.userId), eq(outgoingMails.kind, "deletion_cancelled")))).length).toBe(1);
  });

  test("what they delete and disable its owner cannot keep", async () => {
    const { user, email } = await provenAccount(context, inbox);
    const manager = await holding(admin, "users.manage");
    good(await deleteUser(manager, user.actor.userId, proof));
    const { credential } = attemptOf(await password(email));
    good(await updateUser(manager, user.actor.userId, { disabled: true }, proof));
    expect(await keep(credential)).toMatchObject({ failure: "attempt_over" });
    expect(await password(email)).toMatchObject({ failure: "invalid_credentials" });
    // Nor is an owner told to sign in who was disabled before.
    const other = await provenAccount(context, inbox);
    good(await updateUser(manager, other.user.actor.userId, { disabled: true }, proof));
    good(await deleteUser(manager, other.user.actor.userId, proof));
    const { text } = await newestMail(context, inbox, other.email, /will be deleted/);
    expect(text).not.toMatch(/keep|sign in/i);
  });

  test("never delete or keep whoever may do more, nor themselves, nor nobody", async () => {
    const lesser = await userOf(context, "MANAGER");
    const manager = await holding(lesser.caller, "users.manage");
    const own = { secret: lesser.begun.proof };
    expect(await deleteUser(manager, admin.actor.userId, own)).toMatchObject({ failure: "forbidden" });
    expect(await keepUser(manager, admin.actor.userId, own)).toMatchObject({ failure: "forbidden" });
    expect(await deleteUser(manager, lesser.userId, own)).toMatchObject({ failure: "conflict" });
    for (const id of ["00000000-0000-7000-8000-000000000000", "no id"]) {
      expect(await deleteUser(manager, id, own)).toMatchObject({ failure: "not_found" });
      expect(await keepUser(manager, id, own)).toMatchObject({ failure: "not_found" });
    }
  });
});
