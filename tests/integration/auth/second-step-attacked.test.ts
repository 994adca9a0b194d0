import { and, eq, isNull, ne, sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { events, recoveryCodes, secondStepGuesses, sessions, totpFactors, users } from "@/db/schema";
import { beginTotp } from "@/lib/auth/begin-totp";
import { confirmTotp } from "@/lib/auth/confirm-totp";
import { makeRecoveryCodes } from "@/lib/auth/make-recovery-codes";
import { proveSession } from "@/lib/auth/prove-session";
import { removeTotp } from "@/lib/auth/remove-totp";
import { requireProof } from "@/lib/auth/require-proof";
import { signIn } from "@/lib/auth/sign-in";
import type { Context, UserContext } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { openTestWorld } from "@/tests/support/context";
import { heldBack } from "@/tests/support/held-back";
import { type Instance, startInstance } from "@/tests/support/instance";
import { rounds } from "@/tests/support/rounds";
import { trust } from "@/tests/support/sessions";
import { newAccount, newBrowser, PASSWORD, visitor } from "./account";
import { askedForSecond, codeNow, give, good, signedIn, withTotp } from "./factors";

let context: Context;
let other: Instance;

beforeAll(async () => {
  const env = { HASH_THREADS: "2", MAX_CONCURRENT_SESSIONS: "100" };
  const world = await openTestWorld(env);
  ({ context } = world);
  await trust(context);
  other = await startInstance({ DATABASE_URL: world.databaseUrl, REDIS_URL: world.redis.url, ...env });
  await other.trust();
  await other.warmUp();
}, 120_000);

async function account() {
  const made = await newAccount(context);
  return { ...made, ...(await withTotp(made.user, made.begun.proof)), userId: made.user.actor.userId };
}

/** Sessions but for the owner's first. */
async function others({ user }: { user: UserContext }): Promise<number> {
  const rows = await context.db.select({ id: sessions.id }).from(sessions).where(and(eq(sessions.userId, user.actor.userId), ne(sessions.id, user.actor.sessionId), isNull(sessions.endedAt)));
  return rows.length;
}

/** As before any code was spent, with no guess taken. */
async function anew(userId: string): Promise<void> {
  await context.db.update(totpFactors).set({ lastStep: 0 }).where(eq(totpFactors.userId, userId));
  await context.db.delete(secondStepGuesses).where(eq(secondStepGuesses.userId, userId));
  await context.db.update(sessions).set({ endedAt: sql`clock_timestamp()`, endReason: "signed_out" }).where(and(eq(sessions.userId, userId), sql`${sessions.createdAt} > (select min(created_at) from ${sessions} as first where first.user_id = ${userId})`));
}

describe("promise 7: used once, in two processes at once", () => {
  test("a step of the authenticator app, given in several attempts and a step-up", { timeout: 300_000 }, async () => {
    const made = await account();
    for (let round = 0; round < rounds(200); round++) {
      await anew(made.userId);
      const attempts = await Promise.all(Array.from({ length: 4 }, () => askedForSecond(context, made.email)));
      const code = codeNow(context, made.secret);
      const given = await Promise.all([
        ...attempts.map((attempt, at) => (at % 2 === 0 ? give(context, attempt, "totp", code) : other.giveFactor(attempt, "totp", code))),
        ...(round % 2 === 0 ? [proveSession(made.user, { method: "totp", code })] : []),
      ]);
      expect(given.filter((result) => !isFailure(result)), `round ${round}`).toHaveLength(1);
      expect(await others(made)).toBe(given.slice(0, 4).filter((result) => !isFailure(result)).length);
    }
  });

  test("a recovery code, and one mail's worth of events", { timeout: 300_000 }, async () => {
    const made = await account();
    for (let round = 0; round < rounds(100); round++) {
      await anew(made.userId);
      await context.db.update(recoveryCodes).set({ usedAt: null }).where(eq(recoveryCodes.userId, made.userId));
      await context.db.delete(events).where(and(eq(events.userId, made.userId), eq(events.type, "recovery_code.used")));
      const attempts = await Promise.all(Array.from({ length: 4 }, () => askedForSecond(context, made.email)));
      const code = made.codes[round % 10] ?? "";
      const given = await Promise.all(attempts.map((attempt, at) => (at % 2 === 0 ? give(context, attempt, "recovery_code", code) : other.giveFactor(attempt, "recovery_code", code))));
      expect(given.filter((result) => !isFailure(result)), `round ${round}`).toHaveLength(1);
      expect(await others(made)).toBe(1);
      expect(await context.db.select().from(events).where(and(eq(events.userId, made.userId), eq(events.type, "recovery_code.used")))).toHaveLength(1);
    }
  });

  test("an attempt, by two right codes of different ways", { timeout: 300_000 }, async () => {
    const made = await account();
    for (let round = 0; round < rounds(100); round++) {
      await anew(made.userId);
      await context.db.update(recoveryCodes).set({ usedAt: null }).where(eq(recoveryCodes.userId, made.userId));
      const attempt = await askedForSecond(context, made.email);
      const given = await Promise.all([give(context, attempt, "totp", codeNow(context, made.secret)), other.giveFactor(attempt, "recovery_code", made.codes[0] ?? "")]);
      expect(given.filter((result) => !isFailure(result)), `round ${round}`).toHaveLength(1);
      expect(await others(made)).toBe(1);
      // Whichever came too late was not spent.
      const [[app], used] = await Promise.all([
        context.db.select().from(totpFactors).where(eq(totpFactors.userId, made.userId)),
        context.db.select().from(recoveryCodes).where(and(eq(recoveryCodes.userId, made.userId), sql`${recoveryCodes.usedAt} is not null`)),
      ]);
      expect([app?.lastStep === 0 ? 0 : 1, used.length].sort()).toEqual([0, 1]);
    }
  });
});

describe("promise 6 and 8: a factor that comes or goes while something is half-way", () => {
  test("a sign-in by the password alone, that is held back while an app is set up, begins no session", async () => {
    const { user, begun, email } = await newAccount(context);
    const late = heldBack(visitor(context));
    const signing = signIn(late.held, { email, password: PASSWORD }, newBrowser());
    await late.waits;
    await withTotp(user, begun.proof);
    late.letGo();
    expect(await signing).toMatchObject({ failure: "invalid_credentials" });
    expect(await others({ user })).toBe(0);
  });

  test("nor does a step-up by the password", async () => {
    const { user, begun, email } = await newAccount(context);
    const second = good(await signIn(visitor(context), { email, password: PASSWORD }, newBrowser()));
    if (!("session" in second)) throw new Error("not signed in");
    const late = heldBack<UserContext>({ ...user, actor: { ...user.actor, sessionId: second.session.id } });
    const proving = proveSession(late.held, { method: "password", password: PASSWORD });
    await late.waits;
    await withTotp(user, begun.proof);
    late.letGo();
    expect(await proving).toMatchObject({ failure: "conflict" });
    expect(await requireProof({ ...user, actor: { ...user.actor, sessionId: second.session.id } }, { secret: second.proof })).toMatchObject({ failure: "proof_required", ways: ["totp", "recovery_code"] });
  });

  test.each(["removed", "replaced", "its recovery codes made anew"] as const)("a right code that is held back while its app is %s leads nowhere, and trusts no device", async (what) => {
    const { user, begun, email, secret, codes, userId } = await account();
    const change = async () => {
      if (what === "removed") return removeTotp(user, { secret: begun.proof });
      if (what === "replaced") return withTotp(user, begun.proof);
      return makeRecoveryCodes(user, { secret: begun.proof });
    };
    const [method, code] = what === "its recovery codes made anew" ? (["recovery_code", codes[0] ?? ""] as const) : (["totp", codeNow(context, secret)] as const);
    const browser = newBrowser();
    const attempt = await askedForSecond(context, email, browser);
    const late = heldBack(visitor(context));
    const giving = give(late.held, attempt, method, code, true);
    await late.waits;
    expect(isFailure(await change())).toBe(false);
    late.letGo();
    expect(await giving).toMatchObject({ failure: "attempt_over" });
    expect(await others({ user })).toBe(0);
    expect(await context.db.select().from(events).where(and(eq(events.userId, userId), eq(events.type, "recovery_code.used")))).toEqual([]);
  });

  test("a step-up by an app that is removed meanwhile proves nothing", async () => {
    const { user, begun, email, secret, userId } = await account();
    const browser = newBrowser();
    const second = signedIn(await give(context, await askedForSecond(context, email, browser), "totp", codeNow(context, secret)));
    const inSecond: UserContext = { ...user, actor: { ...user.actor, sessionId: second.session.id } };
    await anewStep(userId);
    const late = heldBack<UserContext>(inSecond);
    const proving = proveSession(late.held, { method: "totp", code: codeNow(context, secret) });
    await late.waits;
    expect(await removeTotp(user, { secret: begun.proof })).toBeUndefined();
    late.letGo();
    expect(await proving).toMatchObject({ failure: "conflict" });
  });

  test("a set-up that is held back comes to nothing when its session ends, or somebody else changes something", async () => {
    for (const meanwhile of ["ends", "changes"] as const) {
      const { user, begun, email } = await newAccount(context);
      const { secret } = good(await beginTotp(user, { secret: begun.proof }));
      const late = heldBack<UserContext>(user);
      const confirming = confirmTotp(late.held, { code: codeNow(context, secret) }, { secret: begun.proof });
      await late.waits;
      if (meanwhile === "ends") await context.db.update(sessions).set({ endedAt: sql`clock_timestamp()`, endReason: "ended_by_user" }).where(eq(sessions.id, user.actor.sessionId));
      else await context.db.update(users).set({ ways: sql`${users.ways} + 1` }).where(eq(users.id, user.actor.userId));
      late.letGo();
      expect(await confirming).toMatchObject({ failure: meanwhile === "ends" ? "unauthenticated" : "proof_required" });
      expect(await context.db.select().from(recoveryCodes).where(eq(recoveryCodes.userId, user.actor.userId))).toEqual([]);
      expect(await signIn(visitor(context), { email, password: PASSWORD }, newBrowser())).toHaveProperty("session");
    }
  });

  test("whatever comes first: no session by the password alone is younger than the app", { timeout: 300_000 }, async () => {
    const outcomes: Record<string, number> = {};
    for (let round = 0; round < rounds(200); round++) {
      const { user, begun, email } = await newAccount(context);
      const { secret } = good(await beginTotp(user, { secret: begun.proof }));
      const [here, there] = await Promise.all([
        signIn(visitor(context), { email, password: PASSWORD }, newBrowser()),
        other.signIn({ email, password: PASSWORD }, newBrowser()),
        confirmTotp(user, { code: codeNow(context, secret) }, { secret: begun.proof }),
      ]);
      for (const result of [here, there]) {
        const outcome = isFailure(result) ? result.failure : "session" in result ? "session" : "asked";
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      }
      const [factor] = await context.db.select().from(totpFactors).where(eq(totpFactors.userId, user.actor.userId));
      expect(factor?.number).toBe(1);
      const begunAfter = await context.db.select().from(sessions).where(and(eq(sessions.userId, user.actor.userId), ne(sessions.id, user.actor.sessionId), sql`${sessions.proofWays} >= 1`));
      expect(begunAfter, `round ${round}`).toEqual([]);
    }
    expect(Object.keys(outcomes).filter((outcome) => !["session", "asked", "invalid_credentials"].includes(outcome))).toEqual([]);
  });
});

async function anewStep(userId: string): Promise<void> {
  await context.db.update(totpFactors).set({ lastStep: 0 }).where(eq(totpFactors.userId, userId));
}
