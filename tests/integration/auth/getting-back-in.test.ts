import { setTimeout as sleep } from "node:timers/promises";
import { and, eq, isNull, sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { accountDeletions, devices, outgoingMails, users } from "@/db/schema";
import { askForReset } from "@/lib/auth/ask-for-reset";
import { changePassword } from "@/lib/auth/change-password";
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
import { heldBack } from "@/tests/support/held-back";
import { trust } from "@/tests/support/sessions";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { newBrowser, PASSWORD, tally, visitor } from "./account";
import { beginSignUp, newAddress, newestMail, provenAccount, sendAll, tokenIn } from "./proving";

const NEXT = "eleven green ladders";
const THIRD = "twelve purple anvils";
let world: TestWorld;
let context: Context;
let inbox: TestMail;

beforeAll(async () => {
  inbox = await startTestMail();
  world = await openTestWorld({ HASH_THREADS: "2", ...inbox.env });
  context = world.context;
  await trust(context);
});

async function signedIn(email: string, password = PASSWORD): Promise<Begun> {
  const begun = await signIn(visitor(context), { email, password }, newBrowser());
  if (isFailure(begun) || !("session" in begun)) throw new Error(JSON.stringify(begun));
  return begun;
}

const stateOf = async (begun: Begun) => (await authenticate(context, begun.credential, { use: true })).state;
const opens = async (email: string, password: string) => tally([await signIn(visitor(context), { email, password }, newBrowser())]).ok === 1;

async function askedForDeletion({ user }: Begun, askedBy: "user" | "admin", ago: string): Promise<void> {
  const dueAt = new Date(Date.now() + 86_400_000);
  await context.db.insert(accountDeletions).values({ userId: user.id, askedBy, askedAt: sql`clock_timestamp() - ${ago}::interval`, dueAt });
  await context.db.update(users).set({ deletionDueAt: dueAt }).where(eq(users.id, user.id));
}

async function dueOf(userId: string): Promise<Date | null | undefined> {
  return (await context.db.select({ dueAt: users.deletionDueAt }).from(users).where(eq(users.id, userId)))[0]?.dueAt;
}

async function resetLink(email: string): Promise<string> {
  await askForReset(visitor(context), email, null);
  return tokenIn(await newestMail(context, inbox, email, /\/reset\b/), "reset");
}

/** The way back that the newest mail of this kind carries. */
async function wayBack(email: string): Promise<string> {
  return tokenIn(await newestMail(context, inbox, email, /\/not-me\b/), "not-me");
}

describe("a forgotten password", () => {
  test("is set anew by the link, once; every session ends, and nobody is signed in by it", async () => {
    const { email, begun } = await provenAccount(context, inbox);
    const token = await resetLink(email);
    const outcomes = await Promise.all([NEXT, THIRD].map((newPassword) => resetPassword(visitor(context), { token, newPassword })));
    expect(tally(outcomes)).toEqual({ ok: 1, link_over: 1 });
    expect(await authenticate(context, begun.credential, { use: true })).toMatchObject({ state: "anonymous", ended: { reason: "password_reset" } });
    expect([await opens(email, PASSWORD), (await opens(email, NEXT)) !== (await opens(email, THIRD))]).toEqual([false, true]);
    await sendAll(context);
    expect((await inbox.mails(email)).map(({ subject }) => subject)).toContain("Your password was changed · Latchkey");
  });

  test("says nothing of who has an account, and mails nobody who has none", async () => {
    const nobody = newAddress();
    await askForReset(visitor(context), nobody, null);
    await sendAll(context);
    expect(await inbox.mails(nobody)).toEqual([]);
    expect(await query(world.databaseUrl, "select dropped_at is not null as dropped, user_id from outgoing_mails where about->>'emailKey' = $1", [nobody])).toEqual([{ dropped: true, user_id: null }]);
  });

  test("asked for before a cut comes to nothing, sent or not", async () => {
    const { email } = await provenAccount(context, inbox);
    const [early, sent] = [await resetLink(email), await resetLink(email)];
    await askForReset(visitor(context), email, null);
    expect(await resetPassword(visitor(context), { token: early, newPassword: NEXT })).toBeUndefined();
    const before = (await inbox.mails(email)).length;
    await sendAll(context);
    expect((await inbox.mails(email)).slice(before).filter(({ text }) => text.includes("/reset"))).toEqual([]);
    expect(await resetPassword(visitor(context), { token: sent, newPassword: THIRD })).toMatchObject({ failure: "link_over" });
  });

  test("of an account whose address nobody had proven leaves nothing of before", async () => {
    const unproven = { ...context, settings: { ...context.settings, EMAIL_VERIFICATION: "off" as const } };
    const email = newAddress();
    const begun = await signUp(visitor(unproven), { email, password: PASSWORD, name: "Somebody Else" }, newBrowser());
    if (isFailure(begun) || !("session" in begun)) throw new Error("not signed up");
    await askedForDeletion(begun, "user", "0 seconds");
    expect(await resetPassword(visitor(context), { token: await resetLink(email), newPassword: NEXT })).toBeUndefined();
    expect(await stateOf(begun)).toBe("anonymous");
    expect(await dueOf(begun.user.id)).toBeNull();
    expect(await context.db.select().from(devices).where(and(eq(devices.userId, begun.user.id), isNull(devices.forgottenAt)))).toEqual([]);
    const [user] = await context.db.select({ verified: users.emailVerified }).from(users).where(eq(users.id, begun.user.id));
    expect(user?.verified).toBe(true);
  });

  test("a flood of strangers sends six mails an hour to an address, and does not keep the owner's own from coming", async () => {
    const { email, browser } = await provenAccount(context, inbox);
    const before = (await inbox.mails(email)).length;
    for (let stranger = 0; stranger < 30; stranger++) await askForReset(visitor(context), email, newBrowser().browserId);
    await sendAll(context);
    expect((await inbox.mails(email)).length - before).toBe(6);
    await askForReset(visitor(context), email, browser.browserId);
    await sendAll(context);
    expect((await inbox.mails(email)).length - before).toBe(7);
  });

  test("a weak new password is refused and leaves the link as it was", async () => {
    const { email } = await provenAccount(context, inbox);
    const token = await resetLink(email);
    expect(await resetPassword(visitor(context), { token, newPassword: "short" })).toMatchObject({ failure: "invalid_input", errors: [{ path: "newPassword" }] });
    expect(await resetPassword(visitor(context), { token, newPassword: NEXT })).toBeUndefined();
  });

  test.each(["", "x", "a".repeat(43)])("a token that is none (%j) is over", async (token) => {
    expect(await resetPassword(visitor(context), { token, newPassword: NEXT })).toMatchObject({ failure: "link_over" });
    expect(await goBack(visitor(context), { token })).toMatchObject({ failure: "link_over" });
  });
});

describe("“This wasn’t me”", () => {
  test("ends the stranger's session and all others, forgets the device, refuses the password, and leads to a new one", async () => {
    const { email, begun, user } = await provenAccount(context, inbox);
    const stranger = await signedIn(email);
    const back = await goBack(visitor(context), { token: await wayBack(email) });
    expect(back).toMatchObject({ ended: 2, reset: expect.any(String) });
    expect(await authenticate(context, stranger.credential, { use: true })).toMatchObject({ state: "anonymous", ended: { reason: "not_me" } });
    expect(await stateOf(begun)).toBe("anonymous");
    expect(await opens(email, PASSWORD)).toBe(false);
    const [device] = await context.db.select().from(devices).where(eq(devices.id, stranger.session.device.id));
    expect(device?.forgottenAt).not.toBeNull();
    if (isFailure(back) || !back.reset) throw new Error("no way to a new password");
    expect(await resetPassword(visitor(context), { token: back.reset, newPassword: NEXT })).toBeUndefined();
    expect(await opens(email, NEXT)).toBe(true);
    const events = await query<{ type: string }>(world.databaseUrl, "select type from events where user_id = $1 and type in ('sign_in.not_me', 'password.reset') order by at", [user.actor.userId]);
    expect(events.map(({ type }) => type)).toEqual(["sign_in.not_me", "password.reset"]);
  });

  test("does not keep the account where an administrator has it deleted, or it was asked for before", async () => {
    for (const [by, ago, keeps] of [["user", "-1 minute", true], ["user", "1 hour", false], ["admin", "-1 minute", false]] as const) {
      const { email } = await provenAccount(context, inbox);
      const stranger = await signedIn(email);
      const token = await wayBack(email);
      await askedForDeletion(stranger, by, ago);
      expect(await goBack(visitor(context), { token })).toHaveProperty("ended");
      expect((await dueOf(stranger.user.id)) === null, `${by} ${ago}`).toBe(keeps);
    }
  });

  test("without the box ends that session and those that began after it, and no older one", async () => {
    const { email, begun } = await provenAccount(context, inbox);
    const stranger = await signedIn(email);
    const token = await wayBack(email);
    const later = await signedIn(email);
    expect(await goBack(visitor(context), { token, everywhere: false })).toMatchObject({ ended: 2 });
    expect([await stateOf(begun), await stateOf(stranger), await stateOf(later)]).toEqual(["authenticated", "anonymous", "anonymous"]);
  });

  test.each([
    ["in the last of thirty minutes", 29],
    ["later than half an hour", 31],
  ])("%s after the mail a link comes by mail, and none with the answer", async (_when, minutes) => {
    const { email, user } = await provenAccount(context, inbox);
    await signedIn(email);
    const token = await wayBack(email);
    await context.db.update(outgoingMails).set({ sentAt: sql`${outgoingMails.sentAt} - make_interval(mins => ${minutes})` }).where(eq(outgoingMails.userId, user.actor.userId));
    expect(await goBack(visitor(context), { token })).toMatchObject({ reset: null });
    expect(await resetPassword(visitor(context), { token: tokenIn(await newestMail(context, inbox, email, /\/reset\b/), "reset"), newPassword: NEXT })).toBeUndefined();
  });

  test("kills links to that change and later ones, queued mails included; older ones stay, whatever is reset or ended", async () => {
    const { email, user } = await provenAccount(context, inbox);
    await signedIn(email);
    const older = await wayBack(email);
    expect(await changePassword(user, { currentPassword: PASSWORD, newPassword: NEXT })).toBeUndefined();
    const stranger = await signedIn(email, NEXT);
    const newer = await wayBack(email);
    await signedIn(email, NEXT);
    expect(await resetPassword(visitor(context), { token: await resetLink(email), newPassword: THIRD })).toBeUndefined();
    expect(await stateOf(stranger)).toBe("anonymous");
    expect(await goBack(visitor(context), { token: older })).toMatchObject({ ended: expect.any(Number) });
    expect(await goBack(visitor(context), { token: newer })).toMatchObject({ failure: "link_over" });
    const before = (await inbox.mails(email)).length;
    await sendAll(context);
    expect((await inbox.mails(email)).length).toBe(before);
  });

  test("a reset does not kill it", async () => {
    const { email } = await provenAccount(context, inbox);
    await signedIn(email);
    const token = await wayBack(email);
    expect(await resetPassword(visitor(context), { token: await resetLink(email), newPassword: NEXT })).toBeUndefined();
    expect(await goBack(visitor(context), { token })).toMatchObject({ ended: expect.any(Number) });
    expect(await opens(email, NEXT)).toBe(false);
  });

  test("twice at once goes back once", async () => {
    const { email } = await provenAccount(context, inbox);
    await signedIn(email);
    const token = await wayBack(email);
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => goBack(visitor(context), { token })));
    expect(tally(outcomes)).toEqual({ ok: 1, link_over: 4 });
  });
});

describe("what a stranger has under way comes to nothing when the owner gets back in", () => {
  test.each(["reset", "not me"] as const)("a sign-in, and a change of password, by way of %s", async (way) => {
    const { email } = await provenAccount(context, inbox);
    const stranger = await signedIn(email);
    const token = way === "reset" ? await resetLink(email) : await wayBack(email);
    const [signing, changing] = [heldBack(visitor(context)), heldBack(visitor(context))];
    const thief = { ...changing.held, actor: { kind: "user" as const, userId: stranger.user.id, sessionId: stranger.session.id } };
    const [signIns, changes] = [signIn(signing.held, { email, password: PASSWORD }, newBrowser()), changePassword(thief, { currentPassword: PASSWORD, newPassword: THIRD })];
    await Promise.all([signing.waits, changing.waits]);
    if (way === "reset") expect(await resetPassword(visitor(context), { token, newPassword: NEXT })).toBeUndefined();
    else expect(await goBack(visitor(context), { token })).toMatchObject({ ended: 2 });
    signing.letGo();
    changing.letGo();
    expect(await signIns).toMatchObject({ failure: "invalid_credentials" });
    expect(isFailure(await changes)).toBe(true);
    expect([await opens(email, THIRD), await opens(email, PASSWORD)]).toEqual([false, false]);
  });
});

describe("who was answered that it cannot be done now finds nothing done", () => {
  /** Runs `work` in a request whose transaction begins only when it has been answered. */
  async function late<T>(work: (held: Context) => Promise<T>): Promise<T> {
    const from = visitor(context);
    const waiting = heldBack({ ...from, request: { ...from.request, answerBy: performance.now() + 3_500 } });
    const working = work(waiting.held);
    await waiting.waits;
    await sleep(3_600);
    waiting.letGo();
    return working;
  }
  const refused = (outcome: unknown) => expect(outcome).toEqual({ failure: "unavailable" });

  test("a reset", async () => {
    const { email, begun } = await provenAccount(context, inbox);
    const token = await resetLink(email);
    refused(await late((held) => resetPassword(held, { token, newPassword: NEXT })));
    expect([await stateOf(begun), await opens(email, PASSWORD)]).toEqual(["authenticated", true]);
    expect(await resetPassword(visitor(context), { token, newPassword: NEXT })).toBeUndefined();
  });

  test("a going back", async () => {
    const { email, begun } = await provenAccount(context, inbox);
    await signedIn(email);
    const token = await wayBack(email);
    refused(await late((held) => goBack(held, { token })));
    expect([await stateOf(begun), await opens(email, PASSWORD)]).toEqual(["authenticated", true]);
    expect(await goBack(visitor(context), { token })).toHaveProperty("ended");
  });

  test("a change of password", async () => {
    const { email, user } = await provenAccount(context, inbox);
    refused(await late((held) => changePassword({ ...user, ...held, actor: user.actor }, { currentPassword: PASSWORD, newPassword: NEXT })));
    expect([await opens(email, PASSWORD), await opens(email, NEXT)]).toEqual([true, false]);
  });
});

test("a sign-up that is under way is nobody's way into an account that came to be meanwhile", async () => {
  const email = newAddress();
  const credential = await beginSignUp(context, email);
  await sendAll(context);
  const [mail] = await inbox.mails(email);
  const other = await provenSecond(email);
  expect(other.user.email).toBe(email);
  const code = /#(\d{6})/.exec(mail?.text ?? "")?.[1] ?? "";
  expect(await proveAttempt(visitor(context), credential, { method: "email_code", code }, newBrowser())).toMatchObject({ failure: "conflict" });
});

async function provenSecond(email: string): Promise<Begun> {
  const credential = await beginSignUp(context, email);
  await sendAll(context);
  const mail = (await inbox.mails(email)).at(-1);
  const proven = await proveAttempt(visitor(context), credential, { method: "email_code", code: /#(\d{6})/.exec(mail?.text ?? "")?.[1] ?? "" }, newBrowser());
  if (isFailure(proven) || !("begun" in proven)) throw new Error("not proven");
  return proven.begun;
}
