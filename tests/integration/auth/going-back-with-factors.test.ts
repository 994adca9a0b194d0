import { and, eq, sql } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { passkeys, recoveryCodes, secondStepGuesses, totpFactors, users } from "@/db/schema";
import { askForReset } from "@/lib/auth/ask-for-reset";
import { beginEmailChange } from "@/lib/auth/begin-email-change";
import { beginTotp } from "@/lib/auth/begin-totp";
import { confirmTotp } from "@/lib/auth/confirm-totp";
import { describeLink } from "@/lib/auth/describe-link";
import { goBack } from "@/lib/auth/go-back";
import { makeRecoveryCodes } from "@/lib/auth/make-recovery-codes";
import { proveAttempt } from "@/lib/auth/prove-attempt";
import { resetPassword } from "@/lib/auth/reset-password";
import { signIn } from "@/lib/auth/sign-in";
import { updatePreferences } from "@/lib/auth/update-preferences";
import type { Context, UserContext } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { authenticate } from "@/lib/sessions/authenticate";
import type { Begun } from "@/lib/sessions/begin-session";
import { openTestWorld } from "@/tests/support/context";
import { trust } from "@/tests/support/sessions";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { newBrowser, PASSWORD, visitor } from "./account";
import { askedForSecond, codeNow, give, good, signedIn, withTotp } from "./factors";
import { codeIn, newAddress, newestMail, provenAccount, sendAll, tokenIn } from "./proving";

const NEXT = "eleven green ladders";
let context: Context;
let inbox: TestMail;

beforeAll(async () => {
  inbox = await startTestMail();
  ({ context } = await openTestWorld({ HASH_THREADS: "2", ...inbox.env }));
  await trust(context);
});

type Added = "totp" | "passkey" | "recovery" | "switch";

/** Adds to the account, each by a change of its own, as `changeWays` would. */
async function add(userId: string, ...what: Added[]): Promise<void> {
  for (const one of what) {
    const [user] = await context.db.update(users).set({ ways: sql`${users.ways} + 1`, ...(one === "switch" && { secondStep: true }) }).where(eq(users.id, userId)).returning();
    const common = { id: newId(), userId, number: user?.ways ?? 0 };
    if (one === "totp") await context.db.insert(totpFactors).values({ ...common, secret: "sealed", ways: common.number - 1, confirmedAt: sql`clock_timestamp()` });
    if (one === "passkey") await context.db.insert(passkeys).values({ ...common, credentialId: newId(), publicKey: "key", counter: 0, synced: false, name: "Key" });
    if (one === "recovery") await context.db.insert(recoveryCodes).values({ ...common, selector: newId().slice(-4), hash: "hash" });
    const isOn = sql`exists (select from totp_factors where user_id = ${userId}) or (second_step and exists (select from passkeys where user_id = ${userId}))`;
    await context.db.execute(sql`update users set second_step_since = case when ${isOn} then coalesce(second_step_since, ways) end where id = ${userId}`);
  }
  await context.db.execute(sql`update sessions set proof_ways = (select ways from users where id = ${userId}) where user_id = ${userId}`);
}

async function kept(userId: string) {
  const of = async (table: typeof totpFactors | typeof passkeys | typeof recoveryCodes) => (await context.db.select({ id: table.id }).from(table).where(eq(table.userId, userId))).length;
  const [user] = await context.db.select().from(users).where(eq(users.id, userId));
  return { totp: await of(totpFactors), passkeys: await of(passkeys), recovery: await of(recoveryCodes), isOn: user?.secondStep, email: user?.email, password: user?.passwordHash !== null };
}

async function thiefIn(email: string): Promise<{ thief: Begun; link: string }> {
  const thief = await signIn(visitor(context), { email, password: PASSWORD }, newBrowser());
  if (isFailure(thief) || !("session" in thief)) throw new Error("not signed in");
  return { thief, link: tokenIn(await newestMail(context, inbox, email, /\/not-me\b/), "not-me") };
}

const stateOf = async (begun: Begun) => (await authenticate(context, begun.credential, { use: true })).state;

/** Changes the address in the name of a session, its step-up fresh. */
async function changeAddress(user: UserContext, proof: string): Promise<string> {
  const email = newAddress();
  const asked = await beginEmailChange(user, { email }, "browser", { secret: proof });
  if (isFailure(asked)) throw new Error(asked.failure);
  const done = await proveAttempt(visitor(context), asked.credential, { method: "email_code", code: codeIn(await newestMail(context, inbox, email, /#\d{6}\s*$/)) }, { prior: null });
  expect(done).toHaveProperty("changed");
  return email;
}

const sessionOf = (user: UserContext, { session }: Begun): UserContext => ({ ...user, actor: { ...user.actor, sessionId: session.id } });

test("what a thief added goes, and what the owner had before stays", async () => {
  const { email, begun, user } = await provenAccount(context, inbox);
  const { userId } = user.actor;
  await add(userId, "passkey");
  const { thief, link } = await thiefIn(email);
  await add(userId, "totp", "recovery", "passkey", "switch");
  expect(await goBack(visitor(context), { token: link })).toHaveProperty("ended");
  expect(await kept(userId)).toEqual({ totp: 0, passkeys: 1, recovery: 0, isOn: false, email, password: false });
  expect([await stateOf(begun), await stateOf(thief)]).toEqual(["anonymous", "anonymous"]);
});

test("a set-up that is under way goes too", async () => {
  const { email, user } = await provenAccount(context, inbox);
  const { userId } = user.actor;
  const { link } = await thiefIn(email);
  await context.db.insert(totpFactors).values({ id: newId(), userId, secret: "sealed", ways: 0, sessionId: user.actor.sessionId, expiresAt: sql`clock_timestamp() + interval '5 minutes'` });
  await goBack(visitor(context), { token: link });
  expect(await kept(userId)).toMatchObject({ totp: 0 });
});

test("recovery codes of an older factor stay unless they were made since", async () => {
  const { email, user } = await provenAccount(context, inbox);
  const { userId } = user.actor;
  const { link } = await thiefIn(email);
  await add(userId, "passkey", "recovery");
  await goBack(visitor(context), { token: link });
  expect(await kept(userId)).toMatchObject({ passkeys: 0, recovery: 0 });
});

test.each<[string, Added[], boolean]>([
  ["an authenticator app that is older", ["totp"], true],
  ["a passkey that is older, asked for as second step since before", ["passkey", "switch"], true],
  ["a passkey that is older, but no second step", ["passkey"], false],
])("%s: does it keep what was changed since?", async (_name, older, keeps) => {
  const { email, user, begun } = await provenAccount(context, inbox);
  const { userId } = user.actor;
  const { thief, link } = await thiefIn(email);
  // As if it had been there before the thief came: numbers below the link's.
  await add(userId, ...older);
  await context.db.execute(sql`update totp_factors set number = 0 where user_id = ${userId}`);
  await context.db.execute(sql`update passkeys set number = 0 where user_id = ${userId}`);
  await context.db.execute(sql`update users set second_step_since = 0 where id = ${userId} and second_step_since is not null`);
  const changed = await changeAddress(sessionOf(user, thief), thief.proof);
  // Whoever has the password switches the second step on, to hide behind a passkey that is not theirs.
  if (!keeps) await add(userId, "recovery", "switch");
  const view = await describeLink(context, link, "not-me");
  expect(view).toMatchObject({ keepsChanges: keeps });
  expect(await goBack(visitor(context), { token: link })).toHaveProperty("ended");
  expect([await stateOf(begun), await stateOf(thief)]).toEqual(["anonymous", "anonymous"]);
  const after = await kept(userId);
  expect(after).toMatchObject({ email: keeps ? changed : email, password: false, recovery: 0, isOn: keeps && older.includes("switch") });
  expect(after.totp + after.passkeys).toBe(1);
});

test("a thief's own app in front of a change of address keeps nothing: the owner's mails from before it give the address back", async () => {
  const { email, user, begun } = await provenAccount(context, inbox);
  const { userId } = user.actor;
  const { thief, link } = await thiefIn(email);
  const thiefs = sessionOf(user, thief);
  await withTotp(thiefs, thief.proof);
  const changed = await changeAddress(thiefs, thief.proof);
  // The notice only signs out, and does not use up what the older mails hold.
  const notice = tokenIn(await newestMail(context, inbox, email, /another address/), "not-me");
  expect(await goBack(visitor(context), { token: notice })).toMatchObject({ reset: null });
  expect(await kept(userId)).toMatchObject({ email: changed, totp: 1 });
  const { reset } = good(await goBack(visitor(context), { token: link }));
  expect(reset).not.toBeNull();
  expect(await kept(userId)).toEqual({ totp: 0, passkeys: 0, recovery: 0, isOn: false, email, password: false });
  expect(await stateOf(begun)).toBe("anonymous");
});

test("whoever has the session and the password leaves a way back with each thing that they add, as long as no second step is on", async () => {
  const { email, user, begun } = await provenAccount(context, inbox);
  const { userId } = user.actor;
  await add(userId, "passkey");
  const { recoveryCodes: codes } = good(await updatePreferences(user, { secondStep: true }, { secret: begun.proof }));
  expect(codes).toHaveLength(10);
  const link = tokenIn(await newestMail(context, inbox, email, /second step was switched on/), "not-me");
  await goBack(visitor(context), { token: link });
  expect(await kept(userId)).toMatchObject({ passkeys: 1, recovery: 0, isOn: false });

  const other = await provenAccount(context, inbox);
  await add(other.user.actor.userId, "passkey");
  await withTotp(other.user, other.begun.proof);
  expect(tokenIn(await newestMail(context, inbox, other.email, /authenticator app was added/), "not-me")).toBeDefined();
  good(await makeRecoveryCodes(other.user, { secret: other.begun.proof }));
  expect((await newestMail(context, inbox, other.email, /recovery codes were made/)).text).not.toContain("/not-me?");
});

test("a second step that stood for years stays, though its owner has replaced what gives it", async () => {
  const { email, user, begun } = await provenAccount(context, inbox);
  const { userId } = user.actor;
  await withTotp(user, begun.proof);
  const attempt = await askedForSecond(context, email);
  const { secret } = good(await beginTotp(user, { secret: begun.proof }));
  await sendAll(context);
  const codes = good(await makeRecoveryCodes(user, { secret: begun.proof }));
  expect(await give(context, attempt, "recovery_code", codes.recoveryCodes[0] ?? "")).toMatchObject({ failure: "attempt_over" });
  signedIn(await give(context, await askedForSecond(context, email), "recovery_code", codes.recoveryCodes[1] ?? ""));
  const link = tokenIn(await newestMail(context, inbox, email, /did not know|new device|New sign-in/i), "not-me");
  // The way to a new phone: the app is replaced, by a change that is later than the mail.
  const again = good(await beginTotp(user, { secret: begun.proof }));
  good(await confirmTotp(user, { code: codeNow(context, again.secret, -1) }, { secret: begun.proof }));
  expect(secret).not.toBe(again.secret);
  await goBack(visitor(context), { token: link });
  expect(await kept(userId)).toMatchObject({ totp: 1, recovery: 10, password: false });
});

test("with another password wrong second steps are counted anew", async () => {
  const { email, user, begun } = await provenAccount(context, inbox);
  const { userId } = user.actor;
  await withTotp(user, begun.proof);
  await context.db.insert(secondStepGuesses).values({ userId, way: "totp", deviceKnown: false, sinceSuccess: 29 });
  await askForReset(visitor(context), email, null);
  const token = tokenIn(await newestMail(context, inbox, email, /\/reset\b/), "reset");
  expect(await resetPassword(visitor(context), { token, newPassword: NEXT })).toBeUndefined();
  expect(await context.db.select({ count: secondStepGuesses.sinceSuccess }).from(secondStepGuesses).where(eq(secondStepGuesses.userId, userId))).toEqual([{ count: 0 }]);
});

test("being asked before new devices is switched on again, where that was switched off since", async () => {
  for (const before of [true, false]) {
    const { email, user, begun } = await provenAccount(context, inbox);
    if (before) good(await updatePreferences(user, { approveNewDevices: true }, { secret: begun.proof }));
    await context.db.execute(sql`update users set approve_new_devices = false where id = ${user.actor.userId}`);
    const { thief, link } = await thiefIn(email);
    await context.db.execute(sql`update users set approve_new_devices = ${before} where id = ${user.actor.userId}`);
    if (before) good(await updatePreferences(sessionOf(user, thief), { approveNewDevices: false }, { secret: thief.proof }));
    await goBack(visitor(context), { token: link });
    const [after] = await context.db.select().from(users).where(eq(users.id, user.actor.userId));
    expect(after?.approveNewDevices).toBe(before);
  }
});

test("a change that a second step was given for is told, and its mail undoes nothing", async () => {
  const { email, user, begun } = await provenAccount(context, inbox);
  await add(user.actor.userId, "totp");
  const changed = await changeAddress(user, begun.proof);
  const mail = await newestMail(context, inbox, email, /another address/);
  expect(mail.text).not.toContain("/undo");
  expect(await describeLink(context, tokenIn(mail, "not-me"), "not-me")).toMatchObject({ keepsChanges: true, leadsOn: false });
  expect(await goBack(visitor(context), { token: tokenIn(mail, "not-me") })).toMatchObject({ reset: null });
  await sendAll(context);
  expect((await inbox.mails(changed)).some(({ text }) => text.includes("/reset")), "a link to whoever has the address now").toBe(false);
  expect(await kept(user.actor.userId)).toMatchObject({ email: changed, totp: 1, password: false });
});

test("a reset leaves factors; but where nobody had proven the address, nothing of before stays", async () => {
  for (const proven of [true, false]) {
    const { email, user } = await provenAccount(context, inbox);
    const { userId } = user.actor;
    await add(userId, "totp", "passkey", "recovery", "switch");
    await context.db.update(users).set({ emailVerified: proven }).where(eq(users.id, userId));
    await askForReset(visitor(context), email, null);
    const token = tokenIn(await newestMail(context, inbox, email, /\/reset\b/), "reset");
    expect(await resetPassword(visitor(context), { token, newPassword: NEXT })).toBeUndefined();
    const count = proven ? 1 : 0;
    expect(await kept(userId)).toEqual({ totp: count, passkeys: count, recovery: count, isOn: proven, email, password: true });
    const [user2] = await context.db.select().from(users).where(and(eq(users.id, userId), eq(users.emailVerified, true)));
    expect(user2).toBeDefined();
  }
});
