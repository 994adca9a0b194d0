import { and, eq, isNull } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { devices, sessions, users } from "@/db/schema";
import { askForApproval } from "@/lib/auth/ask-for-approval";
import { askForCode } from "@/lib/auth/ask-for-code";
import { askForReset } from "@/lib/auth/ask-for-reset";
import { beginEmailChange } from "@/lib/auth/begin-email-change";
import { beginTotp } from "@/lib/auth/begin-totp";
import { isBegunAttempt } from "@/lib/auth/complete-sign-in";
import { goBack } from "@/lib/auth/go-back";
import { challengeAttempt, challengeRegistration } from "@/lib/auth/make-challenge";
import { makeRecoveryCodes } from "@/lib/auth/make-recovery-codes";
import { proveAttempt } from "@/lib/auth/prove-attempt";
import { proveSession } from "@/lib/auth/prove-session";
import { removeTotp } from "@/lib/auth/remove-totp";
import { resetPassword } from "@/lib/auth/reset-password";
import { signIn } from "@/lib/auth/sign-in";
import { signUp } from "@/lib/auth/sign-up";
import { updatePreferences } from "@/lib/auth/update-preferences";
import type { Context, UserContext } from "@/lib/core/context";
import { openTestWorld } from "@/tests/support/context";
import { trust } from "@/tests/support/sessions";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { newBrowser, PASSWORD, visitor } from "./account";
import { askedForSecond, codeNow, give, good, signedIn, withTotp } from "./factors";
import { codeIn, newestMail, provenAccount, sendAll, tokenIn } from "./proving";

const NEXT = "eleven green ladders";
const NEEDED = { failure: "proof_required", ways: ["totp", "recovery_code"] };
let context: Context;
let inbox: TestMail;

beforeAll(async () => {
  inbox = await startTestMail();
  ({ context } = await openTestWorld({ HASH_THREADS: "2", ...inbox.env }));
  await trust(context);
});

/** An account with a second step; its owner's session is the only one. */
async function protectedAccount() {
  const made = await provenAccount(context, inbox);
  const app = await withTotp(made.user, made.begun.proof);
  return { ...made, ...app, userId: made.user.actor.userId };
}

async function liveSessions(userId: string): Promise<number> {
  return (await context.db.select({ id: sessions.id }).from(sessions).where(and(eq(sessions.userId, userId), isNull(sessions.endedAt)))).length;
}

/** Each path of docs/ways-in.md; afterwards nobody is in who was not before. */
describe("who has the password and reads the mailbox, of an account with a second step", () => {
  test("signs in to a question, in a browser and as an app", async () => {
    const { email, userId } = await protectedAccount();
    for (const client of ["browser", "native"] as const) {
      const begun = good(await signIn(visitor(context), { email, password: PASSWORD, client }, newBrowser()));
      if (!isBegunAttempt(begun)) throw new Error("in");
      expect(begun.attempt.asked).toEqual(["totp", "recovery_code"]);
    }
    expect(await liveSessions(userId)).toBe(1);
  });

  test("gets no code by mail, no approval and no passkey in its place", async () => {
    const { email, userId } = await protectedAccount();
    const attempt = await askedForSecond(context, email);
    expect(await askForCode(visitor(context), attempt)).toMatchObject({ failure: "attempt_over" });
    expect(await askForApproval(visitor(context), attempt)).toMatchObject({ failure: "attempt_over" });
    expect(await challengeAttempt(visitor(context), attempt)).toMatchObject({ failure: "attempt_over" });
    for (const method of ["email_code", "approval", "password", "passkey"] as const) {
      expect(await proveAttempt(visitor(context), attempt, { method, code: "123456", password: PASSWORD }, { prior: null }), method).toMatchObject({ failure: "attempt_over" });
    }
    expect(await liveSessions(userId)).toBe(1);
  });

  test("sets a new password by the mailbox, and is asked all the same", async () => {
    const { email, userId } = await protectedAccount();
    await askForReset(visitor(context), email, null);
    const token = tokenIn(await newestMail(context, inbox, email, /\/reset\b/), "reset");
    expect(await resetPassword(visitor(context), { token, newPassword: NEXT })).toBeUndefined();
    const begun = good(await signIn(visitor(context), { email, password: NEXT }, newBrowser()));
    expect(isBegunAttempt(begun)).toBe(true);
    expect(await liveSessions(userId)).toBe(0);
  });

  test("goes back by a mail, which ends sessions and leaves the second step", async () => {
    const { email, secret, userId } = await protectedAccount();
    // The mail about the factor itself goes back to before it, for seven days; this is a later one.
    await sendAll(context);
    signedIn(await give(context, await askedForSecond(context, email), "totp", codeNow(context, secret)));
    const { reset } = good(await goBack(visitor(context), { token: tokenIn(await newestMail(context, inbox, email, /\/not-me\b/), "not-me") }));
    expect(await resetPassword(visitor(context), { token: reset ?? "", newPassword: NEXT })).toBeUndefined();
    expect(isBegunAttempt(good(await signIn(visitor(context), { email, password: NEXT }, newBrowser())))).toBe(true);
    expect(await liveSessions(userId)).toBe(0);
  });

  test("has the owner's session too, without its proof: changes no address, factor, code or preference", async () => {
    const { user, begun } = await protectedAccount();
    const stolen: UserContext = { ...visitor(context), actor: user.actor };
    for (const shown of [{ secret: null }, { secret: begun.credential.k }]) {
      expect(await beginEmailChange(stolen, { email: "thief@example.com" }, "browser", shown)).toMatchObject(NEEDED);
      expect(await beginTotp(stolen, shown)).toMatchObject(NEEDED);
      expect(await removeTotp(stolen, shown)).toMatchObject(NEEDED);
      expect(await makeRecoveryCodes(stolen, shown)).toMatchObject(NEEDED);
      expect(await challengeRegistration(stolen, shown)).toMatchObject(NEEDED);
      expect(await updatePreferences(stolen, { approveNewDevices: true }, shown)).not.toHaveProperty("failure");
      expect(await updatePreferences(stolen, { approveNewDevices: false }, shown)).toMatchObject(NEEDED);
    }
    for (const method of ["password", "email_code"] as const) expect(await proveSession(stolen, { method, password: PASSWORD, code: "123456" }), method).toMatchObject(NEEDED);
  });

  test("signs up with the address, and its owner is told", async () => {
    const { email, userId } = await protectedAccount();
    const begun = good(await signUp(visitor(context), { email, password: NEXT, name: "Zo Li" }, newBrowser()));
    expect(isBegunAttempt(begun)).toBe(true);
    await sendAll(context);
    expect((await inbox.mails(email)).some(({ text }) => text.includes("already"))).toBe(true);
    expect(await liveSessions(userId)).toBe(1);
  });
});

describe("a trusted device", () => {
  test("asks for no second step until a way in changes, and what signs in there proves nothing", async () => {
    const { email, secret, codes, userId, user, begun } = await protectedAccount();
    const browser = newBrowser();
    signedIn(await give(context, await askedForSecond(context, email, browser), "totp", codeNow(context, secret), true));
    const again = good(await signIn(visitor(context), { email, password: PASSWORD }, browser));
    if (isBegunAttempt(again)) throw new Error("asked on a trusted device");
    const inside: UserContext = { ...user, actor: { ...user.actor, sessionId: again.session.id } };
    expect(await removeTotp(inside, { secret: again.proof })).toMatchObject(NEEDED);
    expect(isBegunAttempt(good(await signIn(visitor(context), { email, password: PASSWORD }, newBrowser())))).toBe(true);
    good(await makeRecoveryCodes(user, { secret: begun.proof }));
    expect(codes).toHaveLength(10);
    expect(isBegunAttempt(good(await signIn(visitor(context), { email, password: PASSWORD }, browser)))).toBe(true);
    expect(await context.db.select({ until: devices.trustedUntil }).from(devices).where(and(eq(devices.userId, userId), eq(devices.browserId, browser.browserId)))).toHaveLength(1);
  });

  test("is none because somebody ticks the box with a code that came by mail", async () => {
    const { email, user } = await provenAccount(context, inbox);
    const { userId } = user.actor;
    await context.db.update(users).set({ approveNewDevices: true }).where(eq(users.id, userId));
    const begun = good(await signIn(visitor(context), { email, password: PASSWORD }, newBrowser()));
    if (!isBegunAttempt(begun)) throw new Error("not asked");
    good(await askForCode(visitor(context), begun.credential));
    const code = codeIn(await newestMail(context, inbox, email, /#\d{6}\s*$/));
    signedIn(await proveAttempt(visitor(context), begun.credential, { method: "email_code", code }, { prior: null, trust: true }));
    expect(await context.db.select({ until: devices.trustedUntil }).from(devices).where(eq(devices.userId, userId))).toEqual([{ until: null }, { until: null }]);
  });
});
