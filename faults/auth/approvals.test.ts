import { and, eq, isNull, or } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { approvals, events, sessions } from "@/db/schema";
import { approveDevice } from "@/lib/auth/approve-device";
import { askForReset } from "@/lib/auth/ask-for-reset";
import { cancelAttempt } from "@/lib/auth/cancel-attempt";
import { forgetDevice } from "@/lib/auth/forget-device";
import { goBack } from "@/lib/auth/go-back";
import { refuseDevice } from "@/lib/auth/refuse-device";
import { resetPassword } from "@/lib/auth/reset-password";
import type { Context, UserContext } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { authenticate } from "@/lib/sessions/authenticate";
import { endSession } from "@/lib/sessions/end-session";
import { openTestServices, openTestWorld } from "@/tests/support/context";
import { heldBack } from "@/tests/support/held-back";
import { rounds } from "@/tests/support/rounds";
import { begin, ownerOf, trust } from "@/tests/support/sessions";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { systemContext } from "@/lib/platform/system-context";
import { newBrowser, tally, visitor } from "@/tests/integration/auth/account";
import { held, otherThan, prove, sessionIn, type Waiting, waitingFor } from "@/tests/integration/auth/approving";
import { newestMail, provenAccount, tokenIn } from "@/tests/integration/auth/proving";

let context: Context;
/** Another process of the same house. */
let beside: Context;
let inbox: TestMail;
let account: Account;

beforeAll(async () => {
  inbox = await startTestMail();
  const env = { HASH_THREADS: "2", DEVICE_APPROVAL: "required", MAX_CONCURRENT_SESSIONS: "1000", ...inbox.env };
  const world = await openTestWorld(env);
  ({ context } = world);
  await trust(context);
  beside = systemContext(await openTestServices({ DATABASE_URL: world.databaseUrl, REDIS_URL: world.redis.url, ...env }));
  await trust(beside);
  account = await provenAccount(context, inbox);
});

type Account = Awaited<ReturnType<typeof provenAccount>>;

/** Nothing is left that was asked within the hour. */
async function asked({ email, user }: Account): Promise<Waiting> {
  await context.db.delete(approvals).where(eq(approvals.userId, user.actor.userId));
  return waitingFor(context, { email, user });
}

/** One more session of the account, which can answer what comes after it; and which can be ended. */
async function approver({ user }: Account): Promise<UserContext> {
  return ownerOf(visitor(context), await begin(context, user.actor.userId, { ways: await waysOf(user) }));
}

async function waysOf({ actor }: UserContext): Promise<number> {
  const user = await context.db.query.users.findFirst({ columns: { ways: true }, where: (users, { eq }) => eq(users.id, actor.userId) });
  return user?.ways ?? Number.NaN;
}

const otherProcess = (user: UserContext): UserContext => ({ ...user, db: beside.db, redis: beside.redis });

async function endOf(id: string): Promise<Date | null> {
  const [row] = await context.db.select({ endedAt: sessions.endedAt }).from(sessions).where(eq(sessions.id, id));
  return row?.endedAt ?? null;
}

async function openOf({ user }: Account): Promise<string[]> {
  return (await context.db.select({ id: sessions.id }).from(sessions).where(and(eq(sessions.userId, user.actor.userId), isNull(sessions.endedAt)))).map(({ id }) => id);
}

/** The owner's ways back: they end every session and make whatever is under way worthless. */
const waysBack: Record<string, (account: Account) => Promise<() => Promise<unknown>>> = {
  async "a reset"({ email }) {
    await askForReset(visitor(context), email, null);
    const token = tokenIn(await newestMail(context, inbox, email, /\/reset\?/), "reset");
    return () => resetPassword(visitor(context), { token, newPassword: "eleven green ladders" });
  },
  async "“This wasn't me”"(of) {
    const waiting = await asked(of);
    await approveDevice(of.user, waiting.id, waiting);
    if (!sessionIn(await prove(visitor(context), waiting.credential))) throw new Error("not signed in");
    const token = tokenIn(await newestMail(context, inbox, of.email, /\/not-me\?/), "not-me");
    return () => goBack(visitor(context), { token });
  },
};

describe("two answers at once", () => {
  test("are one: over two processes, with the right digits, wrong ones and “It isn't me”", async () => {
    for (let round = 0; round < rounds(200); round++) {
      const waiting = await asked(account);
      const { id, digits, credential } = waiting;
      const other = await approver(account);
      const answers = await Promise.all([
        approveDevice(account.user, id, { digits }),
        approveDevice(otherProcess(account.user), id, { digits }),
        round % 2 === 0 ? refuseDevice(otherProcess(account.user), id) : approveDevice(otherProcess(account.user), id, { digits: otherThan(digits) }),
        // It began after the attempt.
        approveDevice(other, id, { digits }),
      ]);
      expect(answers[3]).toMatchObject({ failure: "not_found" });
      const given = answers.slice(0, 3).filter((answer) => !isFailure(answer) || answer.failure === "invalid_code");
      expect(given).toHaveLength(1);
      const approved = !isFailure(answers[0]) || !isFailure(answers[1]);
      expect(sessionIn(await prove(visitor(context), credential)) !== null).toBe(approved);
      const told = await context.db.select({ type: events.type }).from(events).where(and(eq(events.userId, account.user.actor.userId), or(eq(events.type, "approval.given"), eq(events.type, "approval.refused"))));
      expect(told).toHaveLength(round + 1);
    }
  });

  test("an approval is used once, by many at once over two processes", async () => {
    for (let round = 0; round < rounds(100); round++) {
      const waiting = await asked(account);
      await approveDevice(account.user, waiting.id, waiting);
      const outcomes = await Promise.all([context, beside, context, beside, context].map((of) => prove(visitor(of), waiting.credential)));
      expect(outcomes.filter((outcome) => sessionIn(outcome) !== null)).toHaveLength(1);
      expect(tally(outcomes)).toEqual({ ok: 1, attempt_over: 4 });
    }
  });

  test("an answer and the giving up of what it answers: nobody comes in, or it was approved first", async () => {
    for (let round = 0; round < rounds(100); round++) {
      const { id, digits, credential } = await asked(account);
      const [, given, proven] = await Promise.all([cancelAttempt(visitor(context), credential), approveDevice(otherProcess(account.user), id, { digits }), prove(visitor(beside), credential)]);
      expect([undefined, "attempt_over"]).toContain(isFailure(given) ? given.failure : given);
      if (sessionIn(proven)) expect(given).toBeUndefined();
      expect(await prove(visitor(context), credential)).toMatchObject({ failure: "attempt_over" });
    }
  });
});

describe("the session that approves ends", () => {
  test("before the approval is used: it opens nothing", async () => {
    const giver = await approver(account);
    const { id, digits, credential } = await asked({ ...account, user: giver });
    expect(await approveDevice(giver, id, { digits })).toBeUndefined();
    expect(await endSession(account.user, giver.actor.sessionId)).not.toHaveProperty("failure");
    expect(await prove(visitor(context), credential)).toMatchObject({ failure: "attempt_over" });
  });

  test("while the answer is on its way: it answers nothing", async () => {
    const giver = await approver(account);
    const { id, digits, credential } = await asked({ ...account, user: giver });
    const late = heldBack<UserContext>(giver);
    const approving = approveDevice(late.held, id, { digits });
    await late.waits;
    expect(await endSession(account.user, giver.actor.sessionId)).not.toHaveProperty("failure");
    late.letGo();
    expect(await approving).toMatchObject({ failure: "unauthenticated" });
    expect(await prove(visitor(context), credential)).toHaveProperty("attempt");
  });

  test("between comparing and spending: it opens nothing", async () => {
    const giver = await approver(account);
    const { id, digits, credential } = await asked({ ...account, user: giver });
    await approveDevice(giver, id, { digits });
    const late = heldBack(visitor(context));
    const proving = prove(late.held, credential);
    await late.waits;
    expect(await endSession(account.user, giver.actor.sessionId)).not.toHaveProperty("failure");
    late.letGo();
    expect(await proving).toMatchObject({ failure: "attempt_over" });
  });

  test("at the very moment, by itself or with its device: what came in came before it", async () => {
    for (let round = 0; round < rounds(300); round++) {
      const giver = await approver(account);
      const { id, digits, credential } = await asked({ ...account, user: giver });
      if (round % 3 > 0) await approveDevice(giver, id, { digits });
      const ends = round % 2 === 0 ? endSession(otherProcess(account.user), giver.actor.sessionId) : forgetDevice(otherProcess(account.user), await deviceOf(giver));
      const [ended, , first] = await Promise.all([ends, approveDevice(giver, id, { digits }), prove(visitor(context), credential)]);
      expect(isFailure(ended)).toBe(false);
      const session = sessionIn(first);
      const endedAt = (await endOf(giver.actor.sessionId))?.getTime() ?? 0;
      if (session) expect(Date.parse(session.session.createdAt)).toBeLessThanOrEqual(endedAt);
      expect(sessionIn(await prove(visitor(context), credential))).toBeNull();
    }
  });
});

async function deviceOf({ actor }: UserContext): Promise<string> {
  const [row] = await context.db.select({ deviceId: sessions.deviceId }).from(sessions).where(eq(sessions.id, actor.sessionId));
  return row?.deviceId ?? "";
}

describe.each(Object.entries(waysBack))("the owner comes back by way of %s", (_name, prepare) => {
  test("between comparing an approval and spending it", async () => {
    const of = await provenAccount(context, inbox);
    const back = await prepare(of);
    const waiting = await asked(of);
    await approveDevice(of.user, waiting.id, waiting);
    const late = heldBack(visitor(context));
    const proving = prove(late.held, waiting.credential);
    await late.waits;
    expect(isFailure(await back())).toBe(false);
    late.letGo();
    expect(await proving).toMatchObject({ failure: "attempt_over" });
    expect(await openOf(of)).toEqual([]);
  });

  test("while an answer is on its way", async () => {
    const of = await provenAccount(context, inbox);
    const back = await prepare(of);
    const waiting = await asked(of);
    const late = heldBack<UserContext>(of.user);
    const approving = approveDevice(late.held, waiting.id, waiting);
    await late.waits;
    expect(isFailure(await back())).toBe(false);
    late.letGo();
    expect(await approving).toMatchObject({ failure: "unauthenticated" });
    expect(sessionIn(await prove(visitor(context), waiting.credential))).toBeNull();
    expect(await openOf(of)).toEqual([]);
  });

  test("at the very moment of answer and use: nothing is open afterwards, and nothing opens", async () => {
    for (let round = 0; round < rounds(60); round++) {
      const of = await provenAccount(context, inbox);
      const back = await prepare(of);
      const waiting = await asked(of);
      const other = await held(context, of.email, newBrowser());
      if (round % 2 === 0) await approveDevice(of.user, waiting.id, waiting);
      const [gone, , proven] = await Promise.all([back(), approveDevice(otherProcess(of.user), waiting.id, waiting), prove(visitor(beside), waiting.credential)]);
      expect(isFailure(gone)).toBe(false);
      for (const credential of [waiting.credential, other]) expect(sessionIn(await prove(visitor(context), credential))).toBeNull();
      expect(await openOf(of)).toEqual([]);
      const session = sessionIn(proven);
      if (session) expect((await authenticate(context, session.credential, { use: true })).state).toBe("anonymous");
    }
  });
});
