import { eq, sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { attempts, events, sessions, users } from "@/db/schema";
import { cancelAttempt } from "@/lib/auth/cancel-attempt";
import { linkByAttempt } from "@/lib/auth/link-by-attempt";
import { lockBrowser } from "@/lib/auth/lock-browser";
import { listFactors } from "@/lib/auth/list-factors";
import { proveAttempt } from "@/lib/auth/prove-attempt";
import { revokeAttempt } from "@/lib/auth/revoke-attempt";
import type { Context } from "@/lib/core/context";
import { fail } from "@/lib/core/errors";
import { signInByProvider } from "@/lib/providers/sign-in-by-provider";
import { newBrowser, PASSWORD, tally, visitor } from "@/tests/integration/auth/account";
import { codeIn, newAddress, newestMail, provenAccount, sendAll } from "@/tests/integration/auth/proving";
import type { TestMail } from "@/tests/support/test-mail";
import { account, asked, come, entered, openProvidersWorld, ownerOf, prove, somebody, userOf } from "./identities";

let context: Context;
let inbox: TestMail;

beforeAll(async () => {
  ({ inbox, context } = await openProvidersWorld());
});

describe("nobody has the address", () => {
  test("a trusted one makes an account that it opens, and nothing else does", async () => {
    const identity = somebody({ sid: "sid-1" });
    const browser = newBrowser();
    const begun = entered(await come(context, identity, browser));
    expect(begun.user).toMatchObject({ email: identity.email, name: "Mia Ōta", emailVerified: true, role: "USER" });
    expect(await account(context, begun.user.id)).toMatchObject({ passwordHash: null, ways: 0 });
    expect(await context.db.select().from(sessions).where(eq(sessions.id, begun.session.id))).toMatchObject([{ provider: "google", providerSubject: identity.subject, providerSid: "sid-1" }]);
    const factors = await listFactors(userOf(context, begun));
    expect(factors).toMatchObject({ password: false, secondStep: false, identities: [{ provider: "google", label: "Google", email: identity.email, lastUsedAt: expect.any(String) as string }] });
    const told = await context.db.select({ type: events.type }).from(events).where(eq(events.userId, begun.user.id)).orderBy(events.id);
    expect(told.map(({ type }) => type)).toEqual(["account.created", "email.verified", "identity.linked", "sign_in.succeeded"]);
    expect(entered(await come(context, identity, browser)).user.id).toBe(begun.user.id);
  });

  test("one that is not trusted is proven by a code first, wherever it says that it was", async () => {
    const identity = somebody({ emailTrusted: false });
    const browser = newBrowser();
    const { attempt, credential } = asked(await come(context, identity, browser, { next: "/profile", remember: true }));
    expect(attempt).toMatchObject({ kind: "sign_in", userId: null, ways: null, asked: ["email_code"], next: "/profile", remember: true });
    expect(JSON.stringify(attempt)).not.toContain(identity.subject);
    expect(await ownerOf(context, identity)).toBeNull();
    const mail = await newestMail(context, inbox, identity.email as string);
    expect(mail.subject).toBe("Confirm your email address · Latchkey");
    expect(mail.text).not.toContain("Mia");
    expect(await prove(context, credential, { method: "email_code", code: "000000" })).toMatchObject({ failure: "invalid_code", triesLeft: 4 });
    const begun = entered(await prove(context, credential, { method: "email_code", code: codeIn(mail) }));
    expect(begun.user).toMatchObject({ email: identity.email, emailVerified: true });
    expect(await ownerOf(context, identity)).toBe(begun.user.id);
    expect(await prove(context, credential, { method: "email_code", code: codeIn(mail) })).toMatchObject({ failure: "attempt_over" });
  });

  test.each([
    ["none", null],
    ["no address", "mia"],
    ["with controls", "mia\u0000@example.com"],
    ["as long as a book", `${"a".repeat(400)}@example.com`],
  ])("no account is made of an address that is none: %s", async (_what, email) => {
    expect(await come(context, somebody({ email }))).toMatchObject({ failure: "invalid_input", detail: expect.stringMatching(/^Google told us no email address/) as string });
  });

  test.each([
    ["Mia\u202Eevil", "Mia evil"],
    ["  \u0000 Mia\nŌta ", "Mia Ōta"],
    ["n".repeat(400), "n".repeat(100)],
    ["\u200B\u2800", "local.part"],
    [null, "local.part"],
  ])("the name that a provider tells is shown as a name: %j", async (name, shown) => {
    const email = newAddress().replace("visitor", "local.part");
    const { user } = entered(await come(context, somebody({ name, email })));
    expect(user.name).toBe(shown === "local.part" ? email.split("@")[0] : shown);
  });

  test("the callback twice at once gives one account", async () => {
    const identity = somebody();
    const [once, ...again] = await Promise.all([1, 2, 3, 4].map(() => come(context, identity)));
    const ids = [once, ...again].map((result) => entered(result as never).user.id);
    expect(new Set(ids).size).toBe(1);
    expect(await context.db.select().from(users).where(eq(users.email, identity.email as string))).toHaveLength(1);
  });

  test("what could not be spent leads to nothing", async () => {
    const identity = somebody();
    const spend = async () => fail("attempt_over");
    expect(await come(context, identity, newBrowser(), { spend })).toEqual(fail("attempt_over"));
    expect(await come(context, { ...identity, emailTrusted: false }, newBrowser(), { spend })).toEqual(fail("attempt_over"));
    expect(await context.db.select().from(users).where(eq(users.email, identity.email as string))).toEqual([]);
  });

  test("two that come with one address at once: the second one is asked for the first one's account", async () => {
    const email = newAddress();
    const results = await Promise.all(["google", "acme"].map((provider) => come(context, somebody({ provider, email }))));
    // Whoever is second finds an account that has nothing of its own to be shown.
    expect(tally(results)).toEqual({ ok: 1, conflict: 1 });
  });
});

describe("an account has the address", () => {
  test("what no key opens any more leads nowhere, and never to an ordinary sign-in", async () => {
    const { email, browser } = await provenAccount(context, inbox);
    const { attempt, credential } = asked(await come(context, somebody({ email }), browser));
    await context.db.update(attempts).set({ sealed: "nothing" }).where(eq(attempts.id, attempt.id));
    expect(await prove(context, credential, { method: "password", password: PASSWORD })).toEqual(fail("attempt_over"));
  });

  test("it is asked for its own password, and linked by a press; then the identity opens it", async () => {
    const { email, user, browser } = await provenAccount(context, inbox);
    const identity = somebody({ email });
    const { attempt, credential } = asked(await come(context, identity, browser));
    expect(attempt).toMatchObject({ kind: "sign_in", userId: user.actor.userId, asked: ["password"] });
    expect(await linkByAttempt(visitor(context), credential, { prior: null })).toMatchObject({ failure: "proof_required", ways: ["password"] });
    expect(await prove(context, credential, { method: "password", password: "wrong" })).toMatchObject({ failure: "invalid_code", triesLeft: 4 });
    const proven = asked(await prove(context, credential, { method: "password", password: PASSWORD }));
    expect(proven.attempt).toMatchObject({ asked: [], proven: ["provider:google", "password"], finishedAt: null });
    // Pressed twice: the second one is too late, and gives up nothing.
    expect(await prove(context, credential, { method: "password", password: PASSWORD })).toEqual(fail("attempt_over"));
    expect(await cancelAttempt(visitor(context), credential, ({ asked: now }) => now.includes("password"))).toBeUndefined();
    expect(await ownerOf(context, identity)).toBeNull();
    const before = await account(context, user.actor.userId);
    const linked = await linkByAttempt(visitor(context), credential, { prior: null });
    const begun = entered(linked);
    expect([begun.user.id, await ownerOf(context, identity)]).toEqual([user.actor.userId, user.actor.userId]);
    expect((await account(context, user.actor.userId)).ways).toBe(before.ways + 1);
    expect(await linkByAttempt(visitor(context), credential, { prior: null })).toMatchObject({ failure: "attempt_over" });
    const mail = await newestMail(context, inbox, email, /Google/);
    expect(mail.text).toMatch(/not-me\?token=/);
    // The session that made the change keeps its proof.
    const [session] = await context.db.select({ proofWays: sessions.proofWays, provider: sessions.provider }).from(sessions).where(eq(sessions.id, begun.session.id));
    expect(session).toEqual({ proofWays: before.ways + 1, provider: "google" });
    expect(entered(await come(context, identity, browser)).user.id).toBe(user.actor.userId);
  });

  test("where the provider is not trusted the address is proven before anything is asked of the account", async () => {
    const { email, user, browser } = await provenAccount(context, inbox);
    const identity = somebody({ email, emailTrusted: false });
    const first = asked(await come(context, identity, browser));
    expect(first.attempt).toMatchObject({ userId: null, asked: ["email_code"] });
    const second = asked(await prove(context, first.credential, { method: "email_code", code: codeIn(await newestMail(context, inbox, email, /#\d{6}\s*$/)) }));
    expect(second.attempt).toMatchObject({ userId: user.actor.userId, asked: ["password"], proven: ["provider:google", "email_code"] });
    expect(second.credential.a).not.toBe(first.credential.a);
    asked(await prove(context, second.credential, { method: "password", password: PASSWORD }));
    entered(await linkByAttempt(visitor(context), second.credential, { prior: null }));
    expect(await ownerOf(context, identity)).toBe(user.actor.userId);
  });

  test("a code by mail or an approval is not asked for in place of the account's own", async () => {
    const { email, browser } = await provenAccount(context, inbox);
    const { credential } = asked(await come(context, somebody({ email }), browser));
    for (const method of ["email_code", "approval", "totp", "passkey", "recovery_code"] as const) {
      expect(await prove(context, credential, { method, code: "123456" })).toMatchObject({ failure: "attempt_over" });
    }
  });

  test("guesses at its password count as those of sign-ins do", async () => {
    const { email, user } = await provenAccount(context, inbox);
    const from = visitor(context);
    const outcomes: string[] = [];
    for (let begun = 0; begun < 3; begun++) {
      const { credential } = asked(await signInByProvider(from, { identity: somebody({ email }), remember: false, next: null, spend: async () => {} }, newBrowser()));
      for (let guess = 0; guess < 5; guess++) outcomes.push(...Object.keys(tally([await proveAttempt(from, credential, { method: "password", password: `wrong ${guess}` }, { prior: null })])));
    }
    expect(outcomes.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => "invalid_code"));
    expect(new Set(outcomes.slice(10))).toEqual(new Set(["rate_limited"]));
    expect(await account(context, user.actor.userId)).toMatchObject({ email });
  });

  test("what was changed meanwhile makes an attempt to link lead nowhere, at either step", async () => {
    for (const step of ["prove", "link"] as const) {
      const { email, user, browser } = await provenAccount(context, inbox);
      const identity = somebody({ email });
      const { credential } = asked(await come(context, identity, browser));
      if (step === "link") asked(await prove(context, credential, { method: "password", password: PASSWORD }));
      await context.db.update(users).set({ ways: sql`${users.ways} + 1` }).where(eq(users.id, user.actor.userId));
      const done = step === "prove" ? await prove(context, credential, { method: "password", password: PASSWORD }) : await linkByAttempt(visitor(context), credential, { prior: null });
      expect(done).toMatchObject({ failure: "attempt_over" });
      expect(await ownerOf(context, identity)).toBeNull();
    }
  });

  test("a guess is given back once, where nobody knows whether what it led to was done", async () => {
    const { email, browser } = await provenAccount(context, inbox);
    const { credential } = asked(await come(context, somebody({ email }), browser));
    expect(await prove(context, credential, { method: "password", password: "wrong" })).toMatchObject({ failure: "invalid_code" });
    // The connection is lost right after the COMMIT.
    const db = Object.create(context.db) as Context["db"];
    db.transaction = async (...work) => {
      await context.db.transaction(...work);
      throw new Error("lost");
    };
    await expect(proveAttempt({ ...visitor(context), db }, credential, { method: "password", password: PASSWORD }, { prior: null })).rejects.toThrow("lost");
    expect(await context.db.select().from(attempts).where(eq(attempts.id, credential.a))).toMatchObject([{ asked: [], guesses: 1 }]);
  });

  test("a proven address whose browser begins anew at that very moment leads to one of the two, and to no deadlock", async () => {
    const { email, browser } = await provenAccount(context, inbox);
    const { attempt, credential } = asked(await come(context, somebody({ email, emailTrusted: false }), browser));
    const code = codeIn(await newestMail(context, inbox, email, /#\d{6}\s*$/));
    const proving = await context.db.transaction(async (db) => {
      await lockBrowser({ ...context, db }, browser.browserId);
      const waiting = prove(context, credential, { method: "email_code", code });
      waiting.catch(() => {});
      await db.execute(sql`select pg_sleep(0.5)`);
      await revokeAttempt({ ...context, db }, attempt.id);
      return { waiting };
    });
    expect(await proving.waiting).toEqual(fail("attempt_over"));
  });

  test("pressed twice at once it is linked once", async () => {
    const { email, user, browser } = await provenAccount(context, inbox);
    const identity = somebody({ email });
    const { credential } = asked(await come(context, identity, browser));
    await Promise.all([1, 2].map(() => prove(context, credential, { method: "password", password: PASSWORD })));
    const results = await Promise.all([1, 2, 3].map(() => linkByAttempt(visitor(context), credential, { prior: null })));
    expect(tally(results)).toEqual({ ok: 1, attempt_over: 2 });
    await sendAll(context);
    expect((await inbox.mails(email)).filter(({ subject }) => subject.startsWith("Another way"))).toHaveLength(1);
    expect(await ownerOf(context, identity)).toBe(user.actor.userId);
  });

  test("an account with nothing of its own is told in words what to do", async () => {
    const identity = somebody();
    entered(await come(context, identity));
    expect(await come(context, somebody({ provider: "acme", email: identity.email }))).toMatchObject({ failure: "conflict", detail: expect.stringMatching(/Sign in as you did before and link Acme there, or set a password/) as string });
  });

  test("a disabled one is refused as whatever else is", async () => {
    const { email, user } = await provenAccount(context, inbox);
    await context.db.update(users).set({ disabledAt: sql`clock_timestamp()` }).where(eq(users.id, user.actor.userId));
    expect(await come(context, somebody({ email }))).toEqual(fail("invalid_credentials", { detail: "You could not be signed in with Google. Try another way." }));
    expect(await context.db.select().from(attempts).where(eq(attempts.userId, user.actor.userId))).toEqual([]);
  });
});
