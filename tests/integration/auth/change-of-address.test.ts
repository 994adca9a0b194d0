import { and, eq, sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { accountDeletions, attempts, events, outgoingMails, sessions, users } from "@/db/schema";
import { beginEmailChange, beginEmailProof } from "@/lib/auth/begin-email-change";
import { cancelEmailChange } from "@/lib/auth/cancel-email-change";
import { changePassword } from "@/lib/auth/change-password";
import type { AttemptCredential } from "@/lib/auth/attempt-row";
import { codeOf } from "@/lib/auth/email-code";
import { goBack } from "@/lib/auth/go-back";
import { proveAttempt } from "@/lib/auth/prove-attempt";
import { resetPassword } from "@/lib/auth/reset-password";
import { askForReset } from "@/lib/auth/ask-for-reset";
import { signIn } from "@/lib/auth/sign-in";
import type { Context, UserContext } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { askForDeletion } from "@/lib/leaving/ask-for-deletion";
import type { Begun } from "@/lib/sessions/begin-session";
import { authenticate } from "@/lib/sessions/authenticate";
import { endSession } from "@/lib/sessions/end-session";
import { openTestWorld } from "@/tests/support/context";
import { heldBack } from "@/tests/support/held-back";
import { rounds } from "@/tests/support/rounds";
import { trust } from "@/tests/support/sessions";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { newBrowser, PASSWORD, tally, visitor } from "./account";
import { beginSignUp, codeIn, newAddress, newestMail, provenAccount, sendAll, tokenIn } from "./proving";

const NEXT = "eleven green ladders";
let context: Context;
let inbox: TestMail;

beforeAll(async () => {
  inbox = await startTestMail();
  ({ context } = await openTestWorld({ HASH_THREADS: "2", ...inbox.env }));
  await trust(context);
});

async function begin(user: UserContext, begun: Begun, email: string): Promise<AttemptCredential> {
  const asked = await beginEmailChange(user, { email }, "browser", { secret: begun.proof });
  if (isFailure(asked)) throw new Error(JSON.stringify(asked));
  return asked.credential;
}

const prove = (credential: AttemptCredential, code: string, from: Context = visitor(context)) => proveAttempt(from, credential, { method: "email_code", code }, { prior: null });

/** Changes the address, from the first step to the last. */
async function change(user: UserContext, begun: Begun, email = newAddress()): Promise<string> {
  const credential = await begin(user, begun, email);
  const changed = await prove(credential, codeIn(await newestMail(context, inbox, email)));
  if (isFailure(changed) || !("changed" in changed)) throw new Error(JSON.stringify(changed));
  return email;
}

async function emailOf(userId: string): Promise<string | undefined> {
  const [row] = await context.db.select({ email: users.email }).from(users).where(eq(users.id, userId));
  return row?.email;
}

const opens = async (email: string, password: string) => tally([await signIn(visitor(context), { email, password }, newBrowser())]).ok === 1;
const undoLink = async (email: string) => tokenIn(await newestMail(context, inbox, email, /\/undo\b/), "undo");

describe("a change of address", () => {
  test("switches when the code that went to the new one is typed, tells both, and signs nobody out", async () => {
    const { email: old, user, begun } = await provenAccount(context, inbox);
    const email = newAddress();
    const credential = await begin(user, begun, email);
    expect(await emailOf(begun.user.id)).toBe(old);
    const code = codeIn(await newestMail(context, inbox, email));
    expect(await prove(credential, code)).toMatchObject({ changed: { id: begun.user.id, email, emailVerified: true } });
    expect(await prove(credential, code)).toMatchObject({ failure: "attempt_over" });
    expect(await opens(email, PASSWORD)).toBe(true);
    expect(await opens(old, PASSWORD)).toBe(false);
    expect((await authenticate(context, begun.credential, { use: true })).state).toBe("authenticated");
    await undoLink(old);
    expect((await newestMail(context, inbox, email, /account’s address now/)).text).not.toContain("undo");
    const written = await context.db.select({ type: events.type, detail: events.detail }).from(events).where(and(eq(events.userId, begun.user.id), eq(events.type, "email.changed")));
    expect(written).toEqual([{ type: "email.changed", detail: { email: { from: old, to: email } } }]);
  });

  test("needs a step-up, at its start and still at its end", async () => {
    const { user, begun } = await provenAccount(context, inbox);
    expect(await beginEmailChange(user, { email: newAddress() }, "browser", { secret: null })).toMatchObject({ failure: "proof_required", ways: ["password"] });
    const email = newAddress();
    const credential = await begin(user, begun, email);
    const code = codeIn(await newestMail(context, inbox, email));
    await context.db.update(sessions).set({ provenAt: sql`clock_timestamp() - interval '10 minutes'` }).where(eq(sessions.id, begun.session.id));
    expect(await prove(credential, code)).toMatchObject({ failure: "proof_required" });
    await context.db.update(sessions).set({ provenAt: sql`clock_timestamp()` }).where(eq(sessions.id, begun.session.id));
    expect(await prove(credential, code)).toMatchObject({ changed: { email } });
  });

  test("to the address that one has is none; another spelling of it neither", async () => {
    const { email, user, begun } = await provenAccount(context, inbox);
    for (const same of [email, email.toUpperCase()]) expect(await beginEmailChange(user, { email: same }, "browser", { secret: begun.proof })).toMatchObject({ failure: "invalid_input" });
  });

  test("to an address that is taken is answered like any other, gets no code, and its owner is told", async () => {
    const owner = await provenAccount(context, inbox);
    const { user, begun } = await provenAccount(context, inbox);
    const credential = await begin(user, begun, owner.email);
    expect((await newestMail(context, inbox, owner.email)).text).toContain("tried to make this address theirs");
    const [row] = await context.db.select().from(outgoingMails).innerJoin(attempts, eq(attempts.id, outgoingMails.attemptId)).where(eq(attempts.id, credential.a));
    if (!row) throw new Error("no mail of the attempt");
    const { code } = codeOf(context, { ...row.attempts, codes: [] }, row.outgoing_mails.id);
    expect(await prove(credential, code), "nor does the one that its mail would have carried").toMatchObject({ failure: "invalid_code", triesLeft: 4 });
  });

  test("that was given up, or overtaken by another change, comes to nothing", async () => {
    const { user, begun } = await provenAccount(context, inbox);
    const email = newAddress();
    const given = await begin(user, begun, email);
    const code = codeIn(await newestMail(context, inbox, email));
    await cancelEmailChange(user);
    expect(await prove(given, code)).toMatchObject({ failure: "attempt_over" });
    const second = newAddress();
    const overtaken = await begin(user, begun, second);
    const secondCode = codeIn(await newestMail(context, inbox, second));
    expect(await changePassword(user, { currentPassword: PASSWORD, newPassword: NEXT })).toBeUndefined();
    expect(await prove(overtaken, secondCode)).toMatchObject({ failure: "attempt_over" });
  });

  test.each([
    ["its session has ended", async (user: UserContext, begun: Begun) => void (await endSession(user, begun.session.id))],
    [
      "the password was reset",
      async (_user: UserContext, { user: { email } }: Begun) => {
        await askForReset(visitor(context), email, null);
        const token = tokenIn(await newestMail(context, inbox, email, /\/reset\b/), "reset");
        expect(await resetPassword(visitor(context), { token, newPassword: NEXT })).toBeUndefined();
      },
    ],
  ])("comes to nothing when %s, also when its last step was under way", async (_when, cut) => {
    for (const held of [false, true]) {
      const { email: old, user, begun } = await provenAccount(context, inbox);
      const email = newAddress();
      const credential = await begin(user, begun, email);
      const code = codeIn(await newestMail(context, inbox, email));
      const late = heldBack(visitor(context));
      if (!held) late.letGo();
      else void late.waits.then(() => cut(user, begun)).then(late.letGo);
      if (!held) await cut(user, begun);
      expect(await prove(credential, code, late.held)).toMatchObject({ failure: "attempt_over" });
      expect(await emailOf(begun.user.id)).toBe(old);
    }
  });

  test("in two sessions at once: one wins", async () => {
    for (let round = 0; round < rounds(20); round++) {
      const { email: old, user, begun } = await provenAccount(context, inbox);
      const other = await signIn(visitor(context), { email: old, password: PASSWORD }, newBrowser());
      if (isFailure(other) || !("session" in other)) throw new Error("not signed in");
      const [one, two] = [newAddress(), newAddress()];
      const first = await begin(user, begun, one);
      const second = await begin({ ...user, actor: { ...user.actor, sessionId: other.session.id } }, other, two);
      await sendAll(context);
      const codes = [codeIn(await newestMail(context, inbox, one)), codeIn(await newestMail(context, inbox, two))] as const;
      const outcomes = await Promise.all([prove(first, codes[0]), prove(second, codes[1])]);
      expect(tally(outcomes)).toEqual({ ok: 1, attempt_over: 1 });
    }
  });

  test("of two accounts to one free address at once: one gets it, the other is told that it is taken", async () => {
    for (let round = 0; round < rounds(20); round++) {
      const [a, b] = [await provenAccount(context, inbox), await provenAccount(context, inbox)];
      const wanted = newAddress();
      const first = await begin(a.user, a.begun, wanted);
      const firstCode = codeIn(await newestMail(context, inbox, wanted));
      const second = await begin(b.user, b.begun, wanted);
      const secondCode = codeIn(await newestMail(context, inbox, wanted));
      const outcomes = await Promise.all([prove(first, firstCode), prove(second, secondCode)]);
      expect(tally(outcomes)).toEqual({ ok: 1, conflict: 1 });
    }
  });
});

describe("undoing a change of address", () => {
  test("gives the address back, ends the thief's session, refuses the password, and lets the owner set a new one", async () => {
    const { email: old, user, begun } = await provenAccount(context, inbox);
    const email = await change(user, begun);
    const gone = await goBack(visitor(context), { token: await undoLink(old) });
    if (isFailure(gone)) throw new Error(gone.failure);
    expect(gone.ended).toBeGreaterThan(0);
    expect((await authenticate(context, begun.credential, { use: true })).state).toBe("anonymous");
    expect(await emailOf(begun.user.id)).toBe(old);
    expect(await opens(old, PASSWORD)).toBe(false);
    expect(await resetPassword(visitor(context), { token: gone.reset ?? "", newPassword: NEXT })).toBeUndefined();
    expect(await opens(old, NEXT)).toBe(true);
    // What the thief had is free again.
    await beginSignUp(context, email);
    expect(codeIn(await newestMail(context, inbox, email))).toMatch(/^\d{6}$/);
  });

  test("takes back that the thief had the account deleted; the old address was told of that too", async () => {
    const { email: old, user, begun } = await provenAccount(context, inbox);
    const email = await change(user, begun);
    if (isFailure(await askForDeletion(user, { secret: begun.proof }))) throw new Error("not asked for");
    for (const address of [old, email]) expect((await newestMail(context, inbox, address, /will be deleted/)).subject).toContain("will be deleted");
    const gone = await goBack(visitor(context), { token: await undoLink(old) });
    if (isFailure(gone)) throw new Error(gone.failure);
    expect(await context.db.select().from(accountDeletions).where(eq(accountDeletions.userId, begun.user.id))).toEqual([]);
    expect(await context.db.select().from(events).where(and(eq(events.userId, begun.user.id), eq(events.type, "deletion.cancelled")))).toHaveLength(1);
    expect((await newestMail(context, inbox, old, /will not be deleted/)).text).toContain("was taken back");
    expect(await resetPassword(visitor(context), { token: gone.reset ?? "", newPassword: NEXT })).toBeUndefined();
    expect(await opens(old, NEXT)).toBe(true);
  });

  test("works after the thief went on changing: to the first address, and the later links die", async () => {
    const { email: old, user, begun } = await provenAccount(context, inbox);
    const second = await change(user, begun);
    const third = await change(user, begun);
    const [first, later] = [await undoLink(old), await undoLink(second)];
    expect(isFailure(await goBack(visitor(context), { token: first }))).toBe(false);
    expect(await emailOf(begun.user.id)).toBe(old);
    expect(await goBack(visitor(context), { token: later })).toMatchObject({ failure: "link_over" });
    expect(third).not.toBe(old);
  });

  test("keeps the old address for its account: nobody else gets it while the link leads back", async () => {
    const { email: old, user, begun } = await provenAccount(context, inbox);
    await change(user, begun);
    const stranger = await provenAccount(context, inbox);
    await begin(stranger.user, stranger.begun, old);
    await beginSignUp(context, old);
    await sendAll(context);
    const codes = (await inbox.mails(old)).filter(({ text }) => /#\d{6}$/.test(text.trim()));
    expect(codes).toHaveLength(1);
    expect((await newestMail(context, inbox, old)).text).toContain("tried to");
    // Its own account may have it back.
    const back = await begin(user, begun, old);
    expect(await prove(back, codeIn(await newestMail(context, inbox, old)))).toMatchObject({ changed: { email: old } });
  });

  test("nor who had asked for the address while it was free, or was changing at the same moment", async () => {
    for (let round = 0; round < rounds(20); round++) {
      const { email: old, user, begun } = await provenAccount(context, inbox);
      const stranger = await provenAccount(context, inbox);
      const email = newAddress();
      const leaving = await begin(user, begun, email);
      const code = codeIn(await newestMail(context, inbox, email));
      const wanting = await begin(stranger.user, stranger.begun, old);
      await sendAll(context);
      // As if the code had been sent while the address was free.
      const other = newAddress();
      const known = await begin(stranger.user, stranger.begun, other);
      const strangersCode = codeIn(await newestMail(context, inbox, other));
      await context.db.update(attempts).set({ email: old, emailKey: old }).where(eq(attempts.id, known.a));
      const outcomes = await Promise.all([prove(leaving, code), prove(known, strangersCode)]);
      expect(outcomes[0]).toMatchObject({ changed: { email } });
      expect(outcomes[1]).toMatchObject({ failure: "conflict" });
      expect(await emailOf(stranger.begun.user.id)).toBe(stranger.email);
      expect(wanting.a).not.toBe(known.a);
    }
  });

  test("is free again when the link has died", async () => {
    const { email: old, user, begun } = await provenAccount(context, inbox);
    await change(user, begun);
    await sendAll(context);
    await context.db.update(outgoingMails).set({ linkExpiresAt: sql`clock_timestamp() - interval '1 second'` }).where(eq(outgoingMails.reserves, old));
    await beginSignUp(context, old);
    expect(codeIn(await newestMail(context, inbox, old))).toMatch(/^\d{6}$/);
  });
});

describe("an account from before addresses were proven", () => {
  async function unproven() {
    const made = await provenAccount(context, inbox);
    await context.db.update(users).set({ emailVerified: false }).where(eq(users.id, made.begun.user.id));
    return made;
  }

  test("proves its own by a code, once", async () => {
    const { email, user, begun } = await unproven();
    const asked = await beginEmailProof(user, "browser");
    if (isFailure(asked)) throw new Error(asked.failure);
    const code = codeIn(await newestMail(context, inbox, email));
    expect(await prove(asked.credential, code)).toMatchObject({ changed: { email, emailVerified: true } });
    expect((await authenticate(context, begun.credential, { use: true })).state).toBe("authenticated");
    expect(await beginEmailProof(user, "browser")).toMatchObject({ failure: "conflict" });
  });

  test("may take another instead; the one before is told and gets no way back, for it may be a stranger's", async () => {
    const { email: old, user, begun } = await unproven();
    const before = (await inbox.mails(old)).length;
    const email = await change(user, begun);
    await sendAll(context);
    const told = (await inbox.mails(old)).slice(before);
    expect(told).toHaveLength(1);
    expect(told[0]?.text).not.toMatch(/\/(undo|not-me)\b/);
    expect(await emailOf(begun.user.id)).toBe(email);
  });

  test("asks for no more than twenty codes an hour", async () => {
    const { user } = await unproven();
    const asked = [];
    for (let at = 0; at < 22; at++) asked.push(await beginEmailProof(user, "browser"));
    expect(tally(asked)).toEqual({ ok: 20, rate_limited: 2 });
    for (const refused of asked.filter(isFailure)) expect(refused.retryAfter).toBeGreaterThan(3_000);
  });
});
