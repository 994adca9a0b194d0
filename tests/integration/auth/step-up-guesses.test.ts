import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { totpFactors, users } from "@/db/schema";
import { proveSession } from "@/lib/auth/prove-session";
import type { Context, UserContext } from "@/lib/core/context";
import { openTestWorld } from "@/tests/support/context";
import { trust } from "@/tests/support/sessions";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { tally } from "./account";
import { askedForSecond, codeNow, give, good, signedIn, userOf, withTotp } from "./factors";
import { age, counted, guessWrong, kindsTo, WRONG } from "./guessing";
import { newestMail, provenAccount } from "./proving";

let context: Context;
let inbox: TestMail;

beforeAll(async () => {
  inbox = await startTestMail();
  ({ context } = await openTestWorld({ HASH_THREADS: "2", RISK: "off", ...inbox.env }));
  await trust(context);
});

async function account() {
  const made = await provenAccount(context, inbox);
  return { ...made, ...(await withTotp(made.user, made.begun.proof)), userId: made.user.actor.userId };
}

/** Another session of the account, on a device of its own. */
async function otherSession(email: string, secret: string, later: number) {
  return userOf(context, signedIn(await give(context, await askedForSecond(context, email), "totp", codeNow(context, secret, later))));
}

/** Wrong ones in a step-up, so many at once. */
function guessIn(user: UserContext, count: number, way: "totp" | "recovery_code" = "totp") {
  return Promise.all(Array.from({ length: count }, () => proveSession(user, { method: way, code: WRONG })));
}

describe("wrong codes in step-ups", () => {
  test("are five an hour of each session, and keep nobody from signing in or stepping up in another", async () => {
    const { email, userId, secret, codes, browser, user } = await account();
    expect(tally(await guessIn(user, 30))).toEqual({ invalid_code: 5, rate_limited: 25 });
    expect(tally(await guessIn(user, 30, "recovery_code"))).toEqual({ invalid_code: 5, rate_limited: 25 });
    const rests = await proveSession(user, { method: "totp", code: codeNow(context, secret) });
    expect(rests).toMatchObject({ failure: "rate_limited", retryAfter: expect.toSatisfy((seconds: number) => seconds > 3500 && seconds <= 3600) as number });
    expect([await counted(context, userId, "step-up"), await counted(context, userId, "step-up", "recovery_code")]).toEqual([[5, 5], [5, 5]]);
    signedIn(await give(context, await askedForSecond(context, email, browser), "totp", codeNow(context, secret)));
    const owner = await otherSession(email, secret, 1);
    good(await proveSession(owner, { method: "recovery_code", code: codes[0] ?? "" }));
    expect(await counted(context, userId, "known device")).toEqual([0, 0]);
  });

  test("say how many the session has left", async () => {
    const { user } = await account();
    for (let left = 4; left >= 0; left--) expect(await proveSession(user, { method: "totp", code: WRONG })).toMatchObject({ failure: "invalid_code", triesLeft: left });
  });

  test("of several sessions are ten an hour in all, counted apart from sign-ins", async () => {
    const { email, userId, secret, browser, user } = await account();
    const others = [await otherSession(email, secret, 0), await otherSession(email, secret, 1)];
    const guesses = await Promise.all([user, ...others].map((session) => guessIn(session, 10)));
    expect(tally(guesses.flat())).toEqual({ invalid_code: 10, rate_limited: 20 });
    expect(await counted(context, userId, "step-up")).toEqual([10, 10]);
    await context.db.update(totpFactors).set({ lastStep: 0 }).where(eq(totpFactors.userId, userId));
    signedIn(await give(context, await askedForSecond(context, email, browser), "totp", codeNow(context, secret)));
  });

  test("are forgiven by a right one, which costs its session nothing", async () => {
    const { userId, user, codes } = await account();
    await guessIn(user, 4, "recovery_code");
    for (const code of codes.slice(0, 3)) good(await proveSession(user, { method: "recovery_code", code }));
    expect(await counted(context, userId, "step-up", "recovery_code")).toEqual([4, 0]);
    expect(tally(await guessIn(user, 2, "recovery_code"))).toEqual({ invalid_code: 1, rate_limited: 1 });
  });

  test("are told to the owner, however slowly they come, and apart from those of sign-ins", async () => {
    const { email, userId, user, codes } = await account();
    await guessWrong(context, email, 5);
    const told = async () => (await kindsTo(context, userId)).filter((kind) => kind === "second_step_guesses").length;
    expect(await told()).toBe(1);
    await guessIn(user, 3);
    await age(context, userId, 61);
    await guessIn(user, 1);
    expect(await told()).toBe(1);
    await Promise.all([guessIn(user, 1), guessIn(user, 1, "recovery_code")]);
    expect(await told()).toBe(2);
    const mail = await newestMail(context, inbox, email, /session\s+of\s+yours/);
    expect(mail.text).not.toContain("given your password before");
    good(await proveSession(user, { method: "recovery_code", code: codes[0] ?? "" }));
    await age(context, userId, 61);
    await guessIn(user, 4, "recovery_code");
    expect(await told()).toBe(2);
    const [row] = await context.db.select().from(users).where(eq(users.id, userId));
    expect(row?.passwordHash).not.toBeNull();
  });
});
