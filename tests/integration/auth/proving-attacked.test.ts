import { and, eq, isNull, sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { attempts, devices, outgoingMails, users } from "@/db/schema";
import { askForReset } from "@/lib/auth/ask-for-reset";
import type { BegunAttempt } from "@/lib/auth/begin-attempt";
import { changePassword } from "@/lib/auth/change-password";
import { isBegunAttempt } from "@/lib/auth/complete-sign-in";
import { dropOldProofs } from "@/lib/auth/drop-old-proofs";
import { goBack } from "@/lib/auth/go-back";
import { proveAttempt } from "@/lib/auth/prove-attempt";
import { resetPassword } from "@/lib/auth/reset-password";
import { signIn } from "@/lib/auth/sign-in";
import { signUp } from "@/lib/auth/sign-up";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { authenticate } from "@/lib/sessions/authenticate";
import type { Begun } from "@/lib/sessions/begin-session";
import { query } from "@/scripts/servers/query";
import { openTestWorld, type TestWorld } from "@/tests/support/context";
import { trust } from "@/tests/support/sessions";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { newBrowser, PASSWORD, visitor } from "./account";
import { codeIn, newAddress, newestMail, provenAccount, sendAll, tokenIn } from "./proving";

const NEXT = "eleven green ladders";
const BACK = /\/not-me\b/;
let world: TestWorld;
let context: Context;
let inbox: TestMail;

beforeAll(async () => {
  inbox = await startTestMail();
  world = await openTestWorld({ HASH_THREADS: "2", ...inbox.env });
  context = world.context;
  await trust(context);
});

async function signedIn(email: string, browser = newBrowser(), password = PASSWORD): Promise<Begun> {
  const begun = await signIn(visitor(context), { email, password }, browser);
  if (isFailure(begun) || isBegunAttempt(begun)) throw new Error(JSON.stringify(begun));
  return begun;
}

const makeDue = async () => void (await context.db.update(outgoingMails).set({ dueAt: sql`clock_timestamp()` }).where(and(isNull(outgoingMails.sentAt), isNull(outgoingMails.droppedAt))));

/** An account of which somebody has guessed the password at last: what looks like somebody else is asked for a code. */
async function underAttack(): Promise<{ email: string; ask: () => Promise<BegunAttempt> }> {
  const { email, user } = await provenAccount(context, inbox);
  await context.db.update(users).set({ createdAt: sql`${users.createdAt} - interval '2 days'` }).where(eq(users.id, user.actor.userId));
  for (let guess = 0; guess < 5; guess++) await signIn(visitor(context), { email, password: "wrong" }, newBrowser());
  await expect.poll(() => query(world.databaseUrl, "select 1 from events where user_id = $1 and type = 'sign_in.failed'", [user.actor.userId])).toHaveLength(5);
  return {
    email,
    async ask() {
      const begun = await signIn(visitor(context), { email, password: PASSWORD }, newBrowser());
      if (isFailure(begun) || !isBegunAttempt(begun)) throw new Error("not asked");
      return begun;
    },
  };
}

describe("a thief with the password", () => {
  test("is asked for a code, and has no more of them than six an hour, whatever the number of attempts", async () => {
    const { email, ask } = await underAttack();
    const before = (await inbox.mails(email)).length;
    const asked = [];
    for (let time = 0; time < 12; time++) asked.push(await ask());
    await sendAll(context);
    expect((await inbox.mails(email)).length - before).toBe(6);
    const rows = await Promise.all(asked.map(({ attempt }) => context.db.select({ codes: attempts.codes }).from(attempts).where(eq(attempts.id, attempt.id))));
    expect(rows.filter(([row]) => row?.codes.length === 0)).toHaveLength(6);
  });

  test("leaves the owner a mail with the code, what it is for and why, and the owner gets in with it", async () => {
    const { email, ask } = await underAttack();
    const { credential } = await ask();
    const mail = await newestMail(context, inbox, email);
    expect(mail.text).toMatch(/password/i);
    expect(await proveAttempt(visitor(context), credential, { method: "email_code", code: codeIn(mail) }, newBrowser())).toHaveProperty("begun");
    expect((await newestMail(context, inbox, email)).text).toMatch(BACK);
  });

  test("leaves an event for each wrong code", async () => {
    const { ask } = await underAttack();
    const { attempt, credential } = await ask();
    for (let guess = 0; guess < 3; guess++) await proveAttempt(visitor(context), credential, { method: "email_code", code: "000000" }, newBrowser());
    await expect.poll(() => query(world.databaseUrl, "select 1 from events where user_id = $1 and detail->>'what' = 'email_code'", [attempt.userId])).toHaveLength(3);
  });

  test("from a private network is nobody's stranger", async () => {
    const { email } = await underAttack();
    expect(await signIn(visitor(context, "10.0.0.7"), { email, password: PASSWORD }, newBrowser())).toHaveProperty("session");
  });
});

describe("a mail that is tried again", () => {
  test("is the same mail: a copy that was taken without a word keeps its link, and its code", async () => {
    const { email } = await provenAccount(context, inbox);
    await inbox.behave({ kind: "cut", when: "taken" });
    await askForReset(visitor(context), email, null);
    await sendAll(context);
    await inbox.behave({ kind: "accept" });
    await makeDue();
    await sendAll(context);
    const copies = (await inbox.mails(email)).filter(({ text }) => text.includes("/reset"));
    expect(copies.length).toBeGreaterThan(1);
    expect(new Set(copies.map(({ messageId }) => messageId)).size).toBe(1);
    expect(new Set(copies.map((copy) => tokenIn(copy, "reset"))).size).toBe(1);
    expect(await resetPassword(visitor(context), { token: tokenIn(copies[0] as never, "reset"), newPassword: NEXT })).toBeUndefined();
  });
});

describe("going back", () => {
  test("forgets every device that was added since, not only the one that the mail told of", async () => {
    const { email } = await provenAccount(context, inbox);
    const [first, second] = [newBrowser(), newBrowser()];
    const one = await signedIn(email, first);
    const token = tokenIn(await newestMail(context, inbox, email, BACK), "not-me");
    const two = await signedIn(email, second);
    await sendAll(context);
    expect(await goBack(visitor(context), { token })).toHaveProperty("ended");
    const left = await context.db.select({ id: devices.id }).from(devices).where(and(eq(devices.userId, one.user.id), isNull(devices.forgottenAt)));
    expect(left.map(({ id }) => id)).not.toContain(one.session.device.id);
    expect(left.map(({ id }) => id)).not.toContain(two.session.device.id);
  });

  test.each([true, false])("of an account whose address nobody had proven leaves nothing of before (everywhere: %s)", async (everywhere) => {
    const unproven = { ...context, settings: { ...context.settings, EMAIL_VERIFICATION: "off" as const } };
    const email = newAddress();
    const begun = await signUp(visitor(unproven), { email, password: PASSWORD, name: "Somebody Else" }, newBrowser());
    if (isFailure(begun) || isBegunAttempt(begun)) throw new Error("not signed up");
    await signedIn(email);
    const token = tokenIn(await newestMail(context, inbox, email, BACK), "not-me");
    expect(await goBack(visitor(context), { token, everywhere })).toHaveProperty("ended");
    expect((await authenticate(context, begun.credential, { use: true })).state).toBe("anonymous");
    expect(await context.db.select().from(devices).where(and(eq(devices.userId, begun.user.id), isNull(devices.forgottenAt)))).toEqual([]);
  });

  test("undoes a change of password by a thief at the owner's own browser", async () => {
    const { email, user, begun } = await provenAccount(context, inbox);
    expect(await changePassword(user, { currentPassword: PASSWORD, newPassword: NEXT })).toBeUndefined();
    const token = tokenIn(await newestMail(context, inbox, email, BACK), "not-me");
    expect(await goBack(visitor(context), { token })).toMatchObject({ ended: 1 });
    expect((await authenticate(context, begun.credential, { use: true })).state).toBe("anonymous");
    expect(await signIn(visitor(context), { email, password: NEXT }, newBrowser())).toMatchObject({ failure: "invalid_credentials" });
  });

  test("whose answer was lost leads on by a mail when the time for it is over, unless a password was set by then", async () => {
    const { email, user } = await provenAccount(context, inbox);
    await signedIn(email);
    const back = await goBack(visitor(context), { token: tokenIn(await newestMail(context, inbox, email, BACK), "not-me") });
    const waiting = () => context.db.select({ id: outgoingMails.id }).from(outgoingMails).where(and(eq(outgoingMails.kind, "forgotten"), isNull(outgoingMails.tokenHash), isNull(outgoingMails.droppedAt), sql`${outgoingMails.about}->>'emailKey' = ${email}`));
    expect(await waiting()).toHaveLength(1);
    if (isFailure(back) || !back.reset) throw new Error("no token");
    expect(await resetPassword(visitor(context), { token: back.reset, newPassword: NEXT })).toBeUndefined();
    const before = (await inbox.mails(email)).filter(({ text }) => text.includes("/reset")).length;
    await makeDue();
    await sendAll(context);
    expect((await inbox.mails(email)).filter(({ text }) => text.includes("/reset"))).toHaveLength(before);
    expect(user.actor.userId).toBeTruthy();
  });
});

test("a stranger's words go into nobody's mail", async () => {
  const email = newAddress();
  const begun = await signUp(visitor(context), { email, password: PASSWORD, name: "Call 0800 123456", client: "native", device: { name: "Call 0800 654321 at once", platform: "Call me" } }, newBrowser());
  expect(isFailure(begun)).toBe(false);
  const { text, html, subject } = await newestMail(context, inbox, email);
  expect(text + html + subject).not.toMatch(/0800|Call/);
});

test("what is over is forgotten a day later, and a link that is good stays", async () => {
  const { email } = await provenAccount(context, inbox);
  await signedIn(email);
  const token = tokenIn(await newestMail(context, inbox, email, BACK), "not-me");
  await context.db.update(attempts).set({ expiresAt: sql`${attempts.expiresAt} - interval '2 days'` });
  await context.db.update(outgoingMails).set({ notAfter: sql`${outgoingMails.notAfter} - interval '5 days'` });
  await dropOldProofs(context);
  expect(await context.db.select().from(attempts)).toEqual([]);
  expect(await context.db.select().from(outgoingMails).where(isNull(outgoingMails.linkExpiresAt))).toEqual([]);
  expect(await goBack(visitor(context), { token })).toHaveProperty("ended");
});
