import { and, eq, sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { events, secondStepGuesses, sessions, users } from "@/db/schema";
import { type AttemptCredential, readAttempt } from "@/lib/auth/attempt-row";
import { proveSession } from "@/lib/auth/prove-session";
import { signIn } from "@/lib/auth/sign-in";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { openTestWorld } from "@/tests/support/context";
import { type Instance, startInstance } from "@/tests/support/instance";
import { trust } from "@/tests/support/sessions";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { newAccount, newBrowser, PASSWORD, tally, visitor } from "./account";
import { askedForSecond, codeNow, give, good, signedIn, userOf, whileLocked, withTotp } from "./factors";
import { age, counted, guessWrong, kindsTo, WRONG } from "./guessing";
import { newestMail, provenAccount } from "./proving";

let context: Context;
let databaseUrl: string;
let other: Instance;
let inbox: TestMail;

beforeAll(async () => {
  inbox = await startTestMail();
  const env = { HASH_THREADS: "2", MAX_CONCURRENT_SESSIONS: "100", RISK: "off", ...inbox.env };
  const world = await openTestWorld(env);
  ({ context, databaseUrl } = world);
  await trust(context);
  other = await startInstance({ DATABASE_URL: world.databaseUrl, REDIS_URL: world.redis.url, ...env });
  await other.trust();
  await other.warmUp();
}, 120_000);

async function account() {
  const made = await provenAccount(context, inbox);
  return { ...made, ...(await withTotp(made.user, made.begun.proof)), userId: made.user.actor.userId };
}

describe("wrong codes", () => {
  test("are five an attempt and ten an account, exactly, however many at once in two processes", async () => {
    const { email, userId } = await account();
    const [first, second, third] = [await askedForSecond(context, email), await askedForSecond(context, email), await askedForSecond(context, email)];
    const flood = (credential: AttemptCredential) => Promise.all(Array.from({ length: 50 }, (_, at) => (at % 2 === 0 ? give(context, credential, "totp", WRONG) : other.giveFactor(credential, "totp", WRONG))));
    expect(tally(await flood(first))).toEqual({ invalid_code: 5, attempt_over: 45 });
    expect(await counted(context, userId)).toEqual([5, 5]);
    const both = await Promise.all([flood(second), flood(third)]);
    // What rests costs the attempt nothing, so the one goes on asking what the other has used up.
    expect(tally(both.flat()).invalid_code).toBe(5);
    expect(await counted(context, userId)).toEqual([10, 10]);
  });

  test("make the way rest for an hour on devices that the account does not know, other ways go on", async () => {
    const { email, userId, secret, codes } = await account();
    expect(tally(await guessWrong(context, email, 10))).toEqual({ invalid_code: 10 });
    const attempt = await askedForSecond(context, email);
    const rests = await give(context, attempt, "totp", codeNow(context, secret));
    expect(rests).toMatchObject({ failure: "rate_limited" });
    const { retryAfter = 0 } = isFailure(rests) ? rests : {};
    expect(retryAfter).toBeGreaterThan(3500);
    expect(retryAfter).toBeLessThanOrEqual(3600);
    expect(await counted(context, userId)).toEqual([10, 10]);
    await age(context, userId, 45);
    expect(await give(context, attempt, "totp", codeNow(context, secret))).toMatchObject({ failure: "rate_limited", retryAfter: expect.toSatisfy((seconds: number) => seconds > 800 && seconds <= 900) as number });
    signedIn(await give(context, attempt, "recovery_code", codes[0] ?? ""));
    await age(context, userId, 16);
    signedIn(await give(context, await askedForSecond(context, email), "totp", codeNow(context, secret)));
  });

  test("of strangers leave the owner's own devices alone, and those of a known device the strangers'", async () => {
    const { email, userId, secret, browser, user } = await account();
    await guessWrong(context, email, 10);
    signedIn(await give(context, await askedForSecond(context, email, browser), "totp", codeNow(context, secret)));
    expect(tally(await guessWrong(context, email, 10, browser))).toEqual({ invalid_code: 10 });
    expect(await give(context, await askedForSecond(context, email, browser), "totp", codeNow(context, secret, 1))).toMatchObject({ failure: "rate_limited" });
    good(await proveSession(user, { method: "totp", code: codeNow(context, secret, 1) }));
    expect(await counted(context, userId, "known device")).toEqual([10, 10]);
    expect(await counted(context, userId)).toEqual([10, 10]);
  });

  test("are forgiven by a right one, which gives its own back", async () => {
    const { email, userId, secret, codes } = await account();
    await guessWrong(context, email, 4);
    await guessWrong(context, email, 2, undefined, "recovery_code");
    expect([await counted(context, userId), await counted(context, userId, "elsewhere", "recovery_code")]).toEqual([[4, 4], [2, 2]]);
    signedIn(await give(context, await askedForSecond(context, email), "totp", codeNow(context, secret)));
    expect([await counted(context, userId), await counted(context, userId, "elsewhere", "recovery_code")]).toEqual([[4, 0], [2, 0]]);
    signedIn(await give(context, await askedForSecond(context, email), "recovery_code", codes[0] ?? ""));
    expect([await counted(context, userId), await counted(context, userId, "elsewhere", "recovery_code")]).toEqual([[4, 0], [2, 0]]);
  });

  test("are none once the account was changed: the attempt is over, whatever is typed", async () => {
    const { email, userId } = await account();
    const attempt = await askedForSecond(context, email);
    await context.db.update(users).set({ ways: sql`${users.ways} + 1` }).where(eq(users.id, userId));
    expect(await give(context, attempt, "totp", WRONG)).toMatchObject({ failure: "attempt_over" });
    expect(await readAttempt(context, attempt)).toMatchObject({ failure: "attempt_over" });
    expect(await counted(context, userId)).toEqual([0, 0]);
  });

  test("are answered as wrong, and stay counted, when the account is locked for too long to tell its owner", async () => {
    const { email, userId } = await account();
    const attempt = await askedForSecond(context, email);
    const given = await whileLocked(databaseUrl, `perform 1 from users where id = '${userId}' for no key update`, () => give(context, attempt, "totp", WRONG));
    expect(given).toMatchObject({ failure: "invalid_code", triesLeft: 4 });
    expect(await counted(context, userId)).toEqual([1, 1]);
  });

  test("a right one that was used is answered like a wrong one and costs a guess, but is no sign of somebody who guesses", async () => {
    const { email, userId, secret } = await account();
    const attempt = await askedForSecond(context, email);
    expect(await give(context, attempt, "totp", WRONG)).toMatchObject({ failure: "invalid_code", triesLeft: 4 });
    // The one that confirmed the app.
    expect(await give(context, attempt, "totp", codeNow(context, secret, -1))).toMatchObject({ failure: "invalid_code", triesLeft: 3 });
    expect(await counted(context, userId)).toEqual([2, 1]);
  });

  test("a right one that comes to nothing has cost no guess", async () => {
    const { email, userId, secret } = await account();
    const attempt = await askedForSecond(context, email);
    await context.db.update(users).set({ disabledAt: sql`now()` }).where(eq(users.id, userId));
    expect(await give(context, attempt, "totp", codeNow(context, secret))).toMatchObject({ failure: "attempt_over" });
    expect(await counted(context, userId)).toEqual([0, 0]);
  });
});

describe("the owner", () => {
  test("is told after the fifth wrong one on devices that the account does not know, once an hour", async () => {
    const { email, userId } = await account();
    await guessWrong(context, email, 4);
    expect(await kindsTo(context, userId)).not.toContain("second_step_guesses");
    await guessWrong(context, email, 1, undefined, "recovery_code");
    expect((await newestMail(context, inbox, email, /wrong codes/)).text).toContain("5 wrong codes");
    await guessWrong(context, email, 6);
    expect((await kindsTo(context, userId)).filter((kind) => kind === "second_step_guesses")).toHaveLength(1);
    await age(context, userId, 61);
    await guessWrong(context, email, 5);
    expect((await kindsTo(context, userId)).filter((kind) => kind === "second_step_guesses")).toHaveLength(2);
  });

  test("is told once, however many at once in two processes", async () => {
    const { email, userId } = await account();
    const attempts = [await askedForSecond(context, email), await askedForSecond(context, email)];
    await Promise.all(attempts.flatMap((credential) => Array.from({ length: 5 }, (_, at) => (at % 2 === 0 ? give(context, credential, "totp", WRONG) : other.giveFactor(credential, "totp", WRONG)))));
    expect((await kindsTo(context, userId)).filter((kind) => kind === "second_step_guesses")).toHaveLength(1);
  });

  test("is not told of what was typed on a device that is theirs", async () => {
    const { email, userId, browser } = await account();
    await guessWrong(context, email, 10, browser);
    await guessWrong(context, email, 1);
    expect(await kindsTo(context, userId)).not.toContain("second_step_guesses");
  });
});

describe("a password whose holder never has the second step", () => {
  test("counts as known to others after thirty wrong ones: refused until another is set, and told", async () => {
    const { email, userId, user, secret } = await account();
    const early = await askedForSecond(context, email);
    await guessWrong(context, email, 10);
    await age(context, userId, 61);
    await guessWrong(context, email, 10);
    await age(context, userId, 61);
    await guessWrong(context, email, 9);
    const [before] = await context.db.select().from(users).where(eq(users.id, userId));
    expect(before?.passwordHash).not.toBeNull();
    await guessWrong(context, email, 1);
    const [after] = await context.db.select().from(users).where(eq(users.id, userId));
    expect([after?.passwordHash, after?.ways]).toEqual([null, (before?.ways ?? 0) + 1]);
    expect(await signIn(visitor(context), { email, password: PASSWORD }, newBrowser())).toMatchObject({ failure: "invalid_credentials" });
    // What was under way comes to nothing, with the right code too; the owner's session stays.
    await age(context, userId, 61);
    expect(await give(context, early, "totp", codeNow(context, secret))).toMatchObject({ failure: "attempt_over" });
    good(await proveSession(user, { method: "totp", code: codeNow(context, secret) }));
    const [session] = await context.db.select().from(sessions).where(eq(sessions.id, user.actor.sessionId));
    expect(session?.endedAt).toBeNull();
    const told = await context.db.select().from(events).where(and(eq(events.userId, userId), eq(events.type, "password.compromised")));
    expect(told.map(({ actor }) => actor)).toEqual(["system"]);
    expect((await newestMail(context, inbox, email, /refused from now on/)).text).toContain("/forgot");
    expect(await counted(context, userId)).toEqual([expect.any(Number), 0]);
  });

  test("does not while a right one comes in between, nor for what is typed on a device that is theirs", async () => {
    const { email, userId, secret, browser } = await account();
    await guessWrong(context, email, 10);
    await age(context, userId, 61);
    await guessWrong(context, email, 10);
    await age(context, userId, 61);
    signedIn(await give(context, await askedForSecond(context, email), "totp", codeNow(context, secret)));
    await guessWrong(context, email, 10);
    for (let hour = 0; hour < 4; hour++) {
      await guessWrong(context, email, 10, browser);
      await age(context, userId, 61);
    }
    // The eleventh since then, of those that count.
    await guessWrong(context, email, 1);
    const [row] = await context.db.select().from(users).where(eq(users.id, userId));
    expect(row?.passwordHash).not.toBeNull();
  });

  test("is refused once, however many cross the line at once", async () => {
    const { email, userId } = await account();
    await context.db.insert(secondStepGuesses).values({ userId, way: "totp", deviceKnown: false, sinceSuccess: 28 });
    const attempts = [await askedForSecond(context, email), await askedForSecond(context, email)];
    const [{ ways } = { ways: 0 }] = await context.db.select().from(users).where(eq(users.id, userId));
    await Promise.all(attempts.flatMap((credential) => Array.from({ length: 5 }, (_, at) => (at % 2 === 0 ? give(context, credential, "totp", WRONG) : other.giveFactor(credential, "totp", WRONG)))));
    const [row] = await context.db.select().from(users).where(eq(users.id, userId));
    expect([row?.passwordHash, row?.ways]).toEqual([null, ways + 1]);
    expect((await kindsTo(context, userId)).filter((kind) => kind === "password_compromised")).toHaveLength(1);
  });

  test("rests on where there is no mail", async () => {
    const { context: mailless } = await openTestWorld({ HASH_THREADS: "2" });
    await trust(mailless);
    const { user, begun, email } = await newAccount(mailless);
    const { userId } = user.actor;
    const { secret } = await withTotp(user, begun.proof);
    await mailless.db.insert(secondStepGuesses).values({ userId, way: "totp", deviceKnown: false, sinceSuccess: 100 });
    const attempt = await askedForSecond(mailless, email);
    expect(await give(mailless, attempt, "totp", WRONG)).toMatchObject({ failure: "invalid_code" });
    signedIn(await give(mailless, attempt, "totp", codeNow(mailless, secret)));
    expect(await mailless.db.select().from(events).where(eq(events.type, "password.compromised"))).toEqual([]);
  });
});

test("a right code in a browser that is not known counts as an unknown device's still when the attempt ends", async () => {
  const { email, secret, userId } = await account();
  const browser = newBrowser();
  const begun = signedIn(await give(context, await askedForSecond(context, email, browser), "totp", codeNow(context, secret)));
  expect(userOf(context, begun).actor.userId).toBe(userId);
  await guessWrong(context, email, 1, browser);
  expect([await counted(context, userId), await counted(context, userId, "known device")]).toEqual([[0, 0], [1, 1]]);
});
