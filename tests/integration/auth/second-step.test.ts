import { and, eq, sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { devices, events, passkeys, recoveryCodes, sessions, users } from "@/db/schema";
import { changePassword } from "@/lib/auth/change-password";
import { isBegunAttempt } from "@/lib/auth/complete-sign-in";
import { getPreferences } from "@/lib/auth/get-preferences";
import { challengeAttempt } from "@/lib/auth/make-challenge";
import { proveAttempt } from "@/lib/auth/prove-attempt";
import { proveSession } from "@/lib/auth/prove-session";
import { signIn } from "@/lib/auth/sign-in";
import { updatePreferences } from "@/lib/auth/update-preferences";
import type { Context, UserContext } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { openTestWorld } from "@/tests/support/context";
import { trust } from "@/tests/support/sessions";
import { newAccount, newBrowser, PASSWORD, visitor } from "./account";
import { askedForSecond, codeNow, give, good, signedIn, withTotp } from "./factors";
import { addPasskey as addSoftPasskey, authenticator } from "./passkey-account";

const NOBODYS = { secret: null };
let context: Context;

beforeAll(async () => {
  ({ context } = await openTestWorld({ HASH_THREADS: "2" }));
  await trust(context);
});

async function addPasskey(userId: string): Promise<void> {
  await context.db.insert(passkeys).values({ id: newId(), userId, credentialId: newId(), publicKey: "key", counter: 0, synced: false, name: "Key", number: 1 });
}

describe("in a house without keys", () => {
  test("a native client is asked for a second step, and keeps what it said of its device", async () => {
    const keyless = { ...context, settings: { ...context.settings, ENCRYPTION_KEYS: [] } };
    const { user, begun, email } = await newAccount(keyless);
    await addPasskey(user.actor.userId);
    const { recoveryCodes: codes = [] } = good(await updatePreferences(user, { secondStep: true }, { secret: begun.proof }));
    const device = { name: "Pocket", platform: "Android 16" };
    const asked = good(await signIn(visitor(keyless), { email, password: PASSWORD, client: "native", device }, newBrowser()));
    if (!isBegunAttempt(asked)) throw new Error("signed in without a second step");
    expect(asked.attempt.sealed).not.toContain("Pocket");
    const { session, tokens } = signedIn(await give(keyless, asked.credential, "recovery_code", codes[0] ?? ""));
    expect(session.device.name).toBe("Pocket");
    expect(tokens).not.toBeNull();
  });
});

describe("a new device that can be asked only for a passkey", () => {
  test("is not told of a second step that there is none of, nor trusted", async () => {
    const { context: asking } = await openTestWorld({ HASH_THREADS: "2", DEVICE_APPROVAL: "required" });
    await trust(asking);
    const { user, begun, email } = await newAccount(asking);
    const { soft } = await addSoftPasskey(user, begun.proof);
    await asking.db.update(sessions).set({ endedAt: sql`clock_timestamp()`, endReason: "signed_out" }).where(eq(sessions.id, user.actor.sessionId));
    const browser = newBrowser();
    const asked = good(await signIn(visitor(asking), { email, password: PASSWORD }, browser));
    if (!isBegunAttempt(asked)) throw new Error("nothing was asked");
    expect(asked.attempt).toMatchObject({ asked: ["passkey"], secondStep: false });
    const { options, challenge } = good(await challengeAttempt(asking, asked.credential));
    signedIn(await proveAttempt(visitor(asking), asked.credential, { method: "passkey", response: authenticator.get(options, soft), challenge }, { prior: null, trust: true }));
    const [device] = await asking.db.select().from(devices).where(eq(devices.browserId, browser.browserId));
    expect(device).toMatchObject({ trustedUntil: null });
  });
});

async function rowOf({ actor }: UserContext) {
  const [user] = await context.db.select().from(users).where(eq(users.id, actor.userId));
  const codes = await context.db.select().from(recoveryCodes).where(eq(recoveryCodes.userId, actor.userId));
  return { ways: user?.ways, number: user?.secondStepSince, asks: user?.approveNewDevices, codes: codes.length };
}

async function eventsOf({ actor }: UserContext) {
  const rows = await context.db.select().from(events).where(eq(events.userId, actor.userId));
  return rows.filter(({ type }) => /^(profile|factor)\./.test(type)).map(({ type, detail }) => [type, detail]);
}

describe("switching the second step on", () => {
  test("needs something to give it by", async () => {
    const { user, begun } = await newAccount(context);
    expect(await updatePreferences(user, { secondStep: true }, { secret: begun.proof })).toMatchObject({ failure: "conflict", detail: expect.any(String) as string });
    expect(await rowOf(user)).toMatchObject({ ways: 0, number: null, codes: 0 });
  });

  test("with a passkey brings recovery codes the first time, which nobody gets without a step-up", async () => {
    const { user, begun, email } = await newAccount(context);
    await addPasskey(user.actor.userId);
    // They are a proof themselves: a stolen session would step itself up by them.
    expect(await updatePreferences(user, { secondStep: true }, NOBODYS)).toMatchObject({ failure: "proof_required" });
    const on = good(await updatePreferences(user, { secondStep: true }, { secret: begun.proof }));
    expect(on).toEqual({ approveNewDevices: false, secondStep: true, remindOfEnds: true, recoveryCodes: expect.any(Array) as string[] });
    expect(on.recoveryCodes).toHaveLength(10);
    expect(await rowOf(user)).toEqual({ ways: 1, number: 1, asks: false, codes: 10 });
    signedIn(await give(context, await askedForSecond(context, email), "recovery_code", on.recoveryCodes?.[0] ?? ""));
    // Once more is no change, and shows none.
    expect(good(await updatePreferences(user, { secondStep: true }, NOBODYS))).toEqual({ approveNewDevices: false, secondStep: true, remindOfEnds: true });
    expect(await rowOf(user)).toMatchObject({ ways: 1 });
    expect(await eventsOf(user)).toEqual([["factor.added", { what: "second_step" }]]);
  });

  test("and off again takes the codes with it, after a step-up", async () => {
    const { user, begun, email } = await newAccount(context);
    await addPasskey(user.actor.userId);
    const { recoveryCodes: codes = [] } = good(await updatePreferences(user, { secondStep: true }, { secret: begun.proof }));
    expect(await updatePreferences(user, { secondStep: false }, NOBODYS)).toMatchObject({ failure: "proof_required", ways: ["passkey", "recovery_code"] });
    const { secret } = good(await proveSession(user, { method: "recovery_code", code: codes[0] ?? "" }));
    expect(good(await updatePreferences(user, { secondStep: false }, { secret }))).toEqual({ approveNewDevices: false, secondStep: false, remindOfEnds: true });
    expect(await rowOf(user)).toEqual({ ways: 2, number: null, asks: false, codes: 0 });
    expect(await signIn(visitor(context), { email, password: PASSWORD }, newBrowser())).toHaveProperty("session");
  });

  test("cannot be undone while an authenticator app is on, which always asks", async () => {
    const { user, begun } = await newAccount(context);
    await withTotp(user, begun.proof);
    const proof = { secret: begun.proof };
    expect(good(await getPreferences(user))).toMatchObject({ secondStep: true });
    expect(await updatePreferences(user, { secondStep: false }, proof)).toMatchObject({ failure: "conflict", detail: expect.stringMatching(/app/) as string });
    // What its owner wants besides stands for when the app is off; the codes are there already.
    await addPasskey(user.actor.userId);
    expect(good(await updatePreferences(user, { secondStep: true }, NOBODYS))).not.toHaveProperty("recoveryCodes");
    expect(await rowOf(user)).toMatchObject({ ways: 2, number: 1, codes: 10 });
  });
});

describe("other preferences", () => {
  test("asking before a new device raises the counter; not asking any more needs a step-up", async () => {
    const { user, begun } = await newAccount(context);
    expect(good(await updatePreferences(user, { approveNewDevices: true, remindOfEnds: false }, NOBODYS))).toEqual({ approveNewDevices: true, secondStep: false, remindOfEnds: false });
    expect(await rowOf(user)).toMatchObject({ ways: 1, asks: true });
    expect(await updatePreferences(user, { approveNewDevices: false, remindOfEnds: true }, NOBODYS)).toMatchObject({ failure: "proof_required", ways: ["password"] });
    expect(good(await getPreferences(user))).toEqual({ approveNewDevices: true, secondStep: false, remindOfEnds: false });
    const { secret } = good(await proveSession(user, { method: "password", password: PASSWORD }));
    expect(good(await updatePreferences(user, { approveNewDevices: false }, { secret }))).toMatchObject({ approveNewDevices: false });
    expect(await rowOf(user)).toMatchObject({ ways: 2, asks: false });
    // The proof that a sign-in is was not lost by one's own change.
    expect(begun.proof).not.toBe(secret);
    expect(await eventsOf(user)).toEqual([
      ["profile.changed", { approveNewDevices: { from: false, to: true } }],
      ["profile.changed", { remindOfEnds: { from: true, to: false } }],
      ["profile.changed", { approveNewDevices: { from: true, to: false } }],
    ]);
  });

  test("reminders are no way in: nothing is raised, and nothing asked", async () => {
    const { user } = await newAccount(context);
    expect(good(await updatePreferences(user, { remindOfEnds: false }, NOBODYS))).toEqual({ approveNewDevices: false, secondStep: false, remindOfEnds: false });
    expect(good(await updatePreferences(user, {}, NOBODYS))).toEqual({ approveNewDevices: false, secondStep: false, remindOfEnds: false });
    expect(await rowOf(user)).toMatchObject({ ways: 0 });
  });
});

describe("a trusted device", () => {
  async function trusted() {
    const made = await newAccount(context);
    const app = await withTotp(made.user, made.begun.proof);
    const browser = newBrowser();
    signedIn(await give(context, await askedForSecond(context, made.email, browser), "totp", codeNow(context, app.secret), true));
    return { ...made, ...app, trusting: browser };
  }

  const isAsked = async (email: string, browser: ReturnType<typeof newBrowser>) => !("session" in good(await signIn(visitor(context), { email, password: PASSWORD }, browser)));

  test("is asked no more, and no other is", async () => {
    const { email, browser, trusting } = await trusted();
    expect([await isAsked(email, trusting), await isAsked(email, browser), await isAsked(email, newBrowser())]).toEqual([false, true, true]);
  });

  test("is asked again after thirty days, and once anything about the ways in was changed", async () => {
    const { email, trusting, user, begun: first } = await trusted();
    const ofIt = and(eq(devices.userId, user.actor.userId), eq(devices.browserId, trusting.browserId));
    const move = (days: number) => context.db.update(devices).set({ trustedUntil: sql`${devices.trustedUntil} + make_interval(days => ${days})` }).where(ofIt);
    await move(-29);
    expect(await isAsked(email, trusting)).toBe(false);
    await move(-1);
    expect(await isAsked(email, trusting)).toBe(true);
    await move(30);
    expect(await isAsked(email, trusting)).toBe(false);
    expect(await changePassword(user, { currentPassword: PASSWORD, newPassword: "eleven green ladders" }, { secret: first.proof })).toBeUndefined();
    const begun = await signIn(visitor(context), { email, password: "eleven green ladders" }, trusting);
    expect(isFailure(begun) || "session" in begun).toBe(false);
  });
});
