import { and, eq, sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { attempts, identities, outgoingMails, sessions, users } from "@/db/schema";
import { approveDevice } from "@/lib/auth/approve-device";
import { askForApproval } from "@/lib/auth/ask-for-approval";
import { askForCode } from "@/lib/auth/ask-for-code";
import type { AttemptCredential } from "@/lib/auth/attempt-row";
import { linkByAttempt } from "@/lib/auth/link-by-attempt";
import { signIn } from "@/lib/auth/sign-in";
import { unlinkIdentity } from "@/lib/auth/unlink-identity";
import type { Context } from "@/lib/core/context";
import { fail } from "@/lib/core/errors";
import { endSession } from "@/lib/sessions/end-session";
import { newBrowser, PASSWORD, tally, visitor } from "@/tests/integration/auth/account";
import { digitsShown, waitingId } from "@/tests/integration/auth/approving";
import { askedForSecond, codeNow, give, good, signedIn, withTotp } from "@/tests/integration/auth/factors";
import { age, kindsTo, WRONG } from "@/tests/integration/auth/guessing";
import { codeIn, newAddress, newestMail, provenAccount } from "@/tests/integration/auth/proving";
import type { TestMail } from "@/tests/support/test-mail";
import { account, asked, come, entered, link, openProvidersWorld, ownerOf, prove, somebody, userOf } from "./identities";

let context: Context;
let inbox: TestMail;

beforeAll(async () => {
  ({ inbox, context } = await openProvidersWorld({ DEVICE_APPROVAL: "required" }));
});

const sessionOf = async (id: string) => (await context.db.select().from(sessions).where(eq(sessions.id, id)))[0];

/** An account with a password to which an identity is linked. */
async function linkedAccount() {
  const made = await provenAccount(context, inbox);
  const identity = somebody({ email: "elsewhere@example.net" });
  good(await link(made.user, made.begun.proof, identity));
  return { ...made, identity, userId: made.user.actor.userId };
}

describe("an identity that is linked", () => {
  test("opens its account on a device that it knows, and is no step-up", async () => {
    const { identity, browser, userId, email } = await linkedAccount();
    const begun = entered(await come(context, { ...identity, sid: "s" }, browser));
    expect(begun.user).toMatchObject({ id: userId, email });
    expect(await sessionOf(begun.session.id)).toMatchObject({ provenAt: null, provider: "google", providerSubject: identity.subject, providerSid: "s" });
    expect(await context.db.select().from(identities).where(eq(identities.userId, userId))).toMatchObject([{ lastUsedAt: expect.any(Date) as Date }]);
  });

  test("is known by its subject and not by its address, which may change and change hands", async () => {
    const { identity, browser, userId, email } = await linkedAccount();
    const other = await provenAccount(context, inbox);
    const changed = { ...identity, email: other.email, emailTrusted: true };
    expect(entered(await come(context, changed, browser)).user).toMatchObject({ id: userId, email });
    expect(await context.db.select().from(identities).where(eq(identities.userId, userId))).toMatchObject([{ email: other.email }]);
    // Without any address it is known all the same.
    expect(entered(await come(context, { ...identity, email: null }, browser)).user.id).toBe(userId);
  });

  test("is another one at another provider, with the same subject", async () => {
    const { identity, userId } = await linkedAccount();
    const other = entered(await come(context, { ...identity, provider: "acme", email: newAddress(), emailTrusted: true }));
    expect(other.user.id).not.toBe(userId);
  });

  test("is asked for what the policy asks of an unknown device; then the session says through what it began", async () => {
    const { identity, email } = await linkedAccount();
    const { attempt, credential } = asked(await come(context, identity));
    expect(attempt).toMatchObject({ asked: ["approval", "email_code"], proven: ["provider:google"] });
    good(await askForCode(context, credential));
    const begun = entered(await prove(context, credential, { method: "email_code", code: codeIn(await newestMail(context, inbox, email, /#\d{6}\s*$/)) }));
    expect(await sessionOf(begun.session.id)).toMatchObject({ provenAt: null, provider: "google", providerSubject: identity.subject });
  });

  test("is no second step: that is asked after it, and is a step-up", async () => {
    const { identity, user, begun: first, browser } = await linkedAccount();
    const { secret } = await withTotp(user, first.proof);
    const { attempt, credential } = asked(await come(context, identity, browser));
    expect(attempt.asked).toEqual(["totp", "recovery_code"]);
    const begun = entered(await prove(context, credential, { method: "totp", code: codeNow(context, secret) }));
    expect(await sessionOf(begun.session.id)).toMatchObject({ provenAt: expect.any(Date) as Date, provider: "google" });
  });

  test("wrong second steps after it say nothing about the password: it goes on, and the provider is refused after thirty until a right one", async () => {
    const { identity, user, begun: first, browser, userId, email } = await linkedAccount();
    const { secret } = await withTotp(user, first.proof);
    for (let taken = 0, credential = null as AttemptCredential | null; taken < 30; taken++) {
      if (taken % 5 === 0) ({ credential } = asked(await come(context, identity)));
      if (taken % 10 === 0) await age(context, userId, 61);
      expect(await prove(context, credential as AttemptCredential, { method: "totp", code: WRONG })).toMatchObject({ failure: "invalid_code" });
    }
    expect((await account(context, userId)).passwordHash).not.toBeNull();
    const mails = await context.db.select({ facts: outgoingMails.facts }).from(outgoingMails).where(and(eq(outgoingMails.userId, userId), eq(outgoingMails.kind, "second_step_guesses")));
    expect(mails.filter(({ facts }) => "isRefused" in (facts as object))).toMatchObject([{ facts: { provider: "Google" } }]);
    expect(mails.every(({ facts }) => (facts as { provider?: string }).provider === "Google")).toBe(true);
    expect(await kindsTo(context, userId)).not.toContain("password_compromised");
    expect(await come(context, identity)).toMatchObject({ failure: "invalid_credentials" });
    expect(await come(context, somebody({ email }))).toMatchObject({ failure: "invalid_credentials" });
    expect(asked(await come(context, identity, browser)).attempt.asked).toContain("totp");
    // By the password as ever, and by its right one the provider too.
    signedIn(await give(context, await askedForSecond(context, email), "totp", codeNow(context, secret)));
    expect(asked(await come(context, identity)).attempt.asked).toContain("totp");
  });

  test("five failures for its account within the hour make it unusual too", async () => {
    const { identity, userId, email } = await linkedAccount();
    await context.db.update(users).set({ createdAt: sql`clock_timestamp() - interval '2 days'` }).where(eq(users.id, userId));
    for (let failed = 0; failed < 5; failed++) {
      expect(asked(await come(context, identity)).attempt.rules).not.toContain("many_failures");
      expect(await signIn(visitor(context), { email, password: "not the right one" }, newBrowser())).toMatchObject({ failure: "invalid_credentials" });
    }
    expect(asked(await come(context, identity)).attempt.rules).toContain("many_failures");
  });

  test("an approval counts in a link only while the session that gave it has not ended by the press", async () => {
    const { email, user } = await provenAccount(context, inbox);
    const identity = somebody({ email });
    const { credential } = asked(await come(context, identity));
    expect(asked(await prove(context, credential, { method: "password", password: PASSWORD })).attempt.asked).toContain("approval");
    good(await askForApproval(visitor(context), credential));
    expect(await approveDevice(user, (await waitingId(user)) ?? "", { digits: (await digitsShown(context, credential)) ?? "" })).toBeUndefined();
    // It takes no guess, and gives back none that was wrong.
    await context.db.update(attempts).set({ guesses: 2 }).where(eq(attempts.id, credential.a));
    expect(asked(await prove(context, credential, { method: "approval" })).attempt).toMatchObject({ asked: [], guesses: 2 });
    good(await endSession(user, user.actor.sessionId, "signed_out"));
    expect(await linkByAttempt(visitor(context), credential, { prior: null })).toEqual(fail("attempt_over"));
    expect(await ownerOf(context, identity)).toBeNull();
  });

  test("opens no disabled account, and is told nothing of why", async () => {
    const { identity, userId, browser } = await linkedAccount();
    await context.db.update(users).set({ disabledAt: sql`clock_timestamp()` }).where(eq(users.id, userId));
    expect(await come(context, identity, browser)).toEqual(fail("invalid_credentials", { detail: "You could not be signed in with Google. Try another way." }));
  });

  test("opens nothing any more once it is unlinked, nor while it is", async () => {
    const { identity, user, begun, browser, userId } = await linkedAccount();
    const [linked] = await context.db.select().from(identities).where(eq(identities.userId, userId));
    const [unlinked, came] = await Promise.all([unlinkIdentity(user, linked?.id ?? "", { secret: begun.proof }), come(context, { ...identity, email: null }, browser)]);
    expect(unlinked).toBeUndefined();
    // Whoever came first: before it was unlinked, a session; after it nobody knows them.
    expect(["ok", "invalid_credentials", "invalid_input"]).toContain(Object.keys(tally([came]))[0]);
    expect(await ownerOf(context, identity)).toBeNull();
    expect(await come(context, { ...identity, email: null }, browser)).toMatchObject({ failure: "invalid_input" });
  });

  test("what was changed between the provider's word and the session makes it come to nothing", async () => {
    const { identity, browser, userId } = await linkedAccount();
    const spend = async () => void (await context.db.execute(sql`select 1`));
    const raised = come(context, identity, browser, { spend });
    await context.db.update(users).set({ ways: sql`${users.ways} + 1` }).where(eq(users.id, userId));
    // It began before or after; with the counter of before it does not begin.
    expect(["ok", "invalid_credentials"]).toContain(Object.keys(tally([await raised]))[0]);
  });

  test("spends what it came by, once", async () => {
    const { identity, browser, userId } = await linkedAccount();
    let spent = 0;
    const spend = async () => (spent++ === 0 ? undefined : fail("attempt_over"));
    const results = [await come(context, identity, browser, { spend }), await come(context, identity, browser, { spend })];
    expect(tally(results)).toEqual({ ok: 1, attempt_over: 1 });
    expect((await account(context, userId)).disabledAt).toBeNull();
    expect(userOf(context, entered(results[0] as never)).actor.userId).toBe(userId);
  });

  test("on a browser that was never there the owner is told of the device", async () => {
    const identity = somebody();
    entered(await come(context, identity));
    const { credential } = asked(await come(context, identity, newBrowser()));
    expect(credential).toBeDefined();
  });
});
