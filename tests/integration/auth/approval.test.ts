import { and, asc, eq, sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { approvals, attempts, events, sessions, users } from "@/db/schema";
import { approveDevice } from "@/lib/auth/approve-device";
import { askForApproval } from "@/lib/auth/ask-for-approval";
import { readAttempt } from "@/lib/auth/attempt-row";
import { cancelAttempt } from "@/lib/auth/cancel-attempt";
import { changePassword } from "@/lib/auth/change-password";
import { listApprovals } from "@/lib/auth/list-approvals";
import { proveAttempt } from "@/lib/auth/prove-attempt";
import { refuseDevice } from "@/lib/auth/refuse-device";
import type { Context, UserContext } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { openTestWorld } from "@/tests/support/context";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { begin, ownerOf, trust } from "@/tests/support/sessions";
import { newBrowser, PASSWORD, tally, visitor } from "./account";
import { digitsShown, held, otherThan, prove, sessionIn, type Waiting, waitingFor, waitingId } from "./approving";
import { beginSignUp, newAddress, newestMail, provenAccount, sendAll } from "./proving";

let context: Context;
let inbox: TestMail;

beforeAll(async () => {
  inbox = await startTestMail();
  ({ context } = await openTestWorld({ HASH_THREADS: "2", DEVICE_APPROVAL: "required", ...inbox.env }));
  await trust(context);
});

type Account = Awaited<ReturnType<typeof provenAccount>>;

async function asked(): Promise<Account & Waiting> {
  const account = await provenAccount(context, inbox);
  return { ...account, ...(await waitingFor(context, account)) };
}

async function eventsOf(userId: string, type: "approval.given" | "approval.refused") {
  return context.db.select().from(events).where(and(eq(events.userId, userId), eq(events.type, type))).orderBy(asc(events.at));
}

async function attemptOf({ credential }: Waiting) {
  const [row] = await context.db.select().from(attempts).where(eq(attempts.id, credential.a));
  return row as typeof attempts.$inferSelect;
}

const laterThan = (minutes: number) => sql`clock_timestamp() - make_interval(mins => ${minutes})`;

describe("a new device that asks", () => {
  test("is let in by the two digits that it shows, once they were typed elsewhere", async () => {
    const { user, email, credential, id, digits } = await asked();
    expect(digits).toMatch(/^[1-9]\d$/);
    expect(await listApprovals(user, { limit: 50 })).toEqual({
      items: [
        {
          id,
          device: { name: "Firefox on Linux", kind: "desktop" },
          ip: { address: expect.stringContaining("2001:db8:"), country: null, city: null },
          at: expect.stringMatching(/Z$/),
          expiresAt: expect.stringMatching(/Z$/),
          rules: [],
        },
      ],
      nextCursor: null,
    });
    expect(await approveDevice(user, id, { digits })).toBeUndefined();
    expect(await waitingId(user)).toBeNull();
    expect(await digitsShown(context, credential)).toBeNull();
    const session = sessionIn(await prove(visitor(context), credential));
    expect(session?.user.email).toBe(email);
    expect(await eventsOf(user.actor.userId, "approval.given")).toMatchObject([{ sessionId: user.actor.sessionId, detail: { device: "Firefox on Linux", address: expect.any(String) } }]);
    expect((await newestMail(context, inbox, email, /\/not-me\?/)).text).toContain("Firefox on Linux");
    expect(await prove(visitor(context), credential)).toMatchObject({ failure: "attempt_over" });
  });

  test("is told that nobody has answered yet, and no guess is taken for it", async () => {
    const { credential, digits } = await asked();
    for (let at = 0; at < 7; at++) expect(await prove(visitor(context), credential)).toMatchObject({ attempt: { id: credential.a, guesses: 0 }, credential });
    expect(await digitsShown(context, credential)).toBe(digits);
  });

  test("is told the same when it has asked nobody", async () => {
    const { email } = await provenAccount(context, inbox);
    const credential = await held(context, email);
    expect(await prove(visitor(context), credential)).toMatchObject({ attempt: { id: credential.a } });
    expect(await digitsShown(context, credential)).toBeNull();
  });

  test("is over with other digits; and has had its answer", async () => {
    const { user, credential, id, digits } = await asked();
    expect(await approveDevice(user, id, { digits: otherThan(digits) })).toMatchObject({ failure: "invalid_code", triesLeft: 0 });
    expect(await prove(visitor(context), credential)).toMatchObject({ failure: "attempt_over" });
    expect(await approveDevice(user, id, { digits })).toMatchObject({ failure: "conflict" });
    expect(await prove(visitor(context), credential)).toMatchObject({ failure: "attempt_over" });
    expect(await eventsOf(user.actor.userId, "approval.refused")).toMatchObject([{ detail: { reason: "digits" } }]);
    expect(await eventsOf(user.actor.userId, "approval.given")).toEqual([]);
  });

  test("is over with “It isn't me”; and neither code nor digits help it then", async () => {
    const { user, email, credential, id, digits } = await asked();
    expect(await refuseDevice(user, id)).toBeUndefined();
    expect(await approveDevice(user, id, { digits })).toMatchObject({ failure: "conflict" });
    expect(await refuseDevice(user, id)).toMatchObject({ failure: "conflict" });
    expect(await prove(visitor(context), credential)).toMatchObject({ failure: "attempt_over" });
    expect(await readAttempt(context, credential)).toMatchObject({ failure: "attempt_over" });
    await sendAll(context);
    expect((await inbox.mails(email)).filter(({ text }) => text.includes("/not-me?"))).toEqual([]);
    expect(await eventsOf(user.actor.userId, "approval.refused")).toMatchObject([{ sessionId: user.actor.sessionId, detail: { reason: "not_me" } }]);
  });

  test("says so again without asking anew", async () => {
    const { user, credential, id, digits } = await asked();
    expect(isFailure(await askForApproval(visitor(context), credential))).toBe(false);
    expect([await waitingId(user), await digitsShown(context, credential)]).toEqual([id, digits]);
    expect(await context.db.select({ id: approvals.id }).from(approvals).where(eq(approvals.userId, user.actor.userId))).toHaveLength(1);
  });

  test("must be asked for it: a sign-up is not, nor one that is over", async () => {
    expect(await askForApproval(visitor(context), await beginSignUp(context, newAddress()))).toMatchObject({ failure: "attempt_over" });
    const { email } = await provenAccount(context, inbox);
    const credential = await held(context, email);
    await context.db.update(attempts).set({ asked: ["email_code"] }).where(eq(attempts.id, credential.a));
    expect(await askForApproval(visitor(context), credential)).toMatchObject({ failure: "attempt_over" });
    expect(await prove(visitor(context), credential)).toMatchObject({ failure: "attempt_over" });
    await context.db.update(attempts).set({ asked: ["approval"] }).where(eq(attempts.id, credential.a));
    await cancelAttempt(visitor(context), credential);
    expect(await askForApproval(visitor(context), credential)).toMatchObject({ failure: "attempt_over" });
    expect(await askForApproval(visitor(context), { a: newId(), k: credential.k })).toMatchObject({ failure: "attempt_over" });
    expect(await askForApproval(visitor(context), null)).toMatchObject({ failure: "attempt_over" });
  });

  test("is told when nobody is left to ask", async () => {
    const { email, user } = await provenAccount(context, inbox);
    const credential = await held(context, email);
    await context.db.update(sessions).set({ endedAt: sql`clock_timestamp()`, endReason: "signed_out" }).where(eq(sessions.userId, user.actor.userId));
    // One that began after it cannot answer.
    await begin(context, user.actor.userId);
    expect(await askForApproval(visitor(context), credential)).toMatchObject({ failure: "conflict" });
  });

  test("that guessed at codes until none was left gets in by no approval either", async () => {
    const { user, email, credential, id, digits } = await asked();
    expect(await approveDevice(user, id, { digits })).toBeUndefined();
    for (let guess = 0; guess < 5; guess++) await proveAttempt(visitor(context), credential, { method: "email_code", code: "12345" }, { prior: null });
    expect(await prove(visitor(context), credential)).toMatchObject({ failure: "attempt_over" });
    const other = await waitingFor(context, { email, user });
    for (let guess = 0; guess < 5; guess++) await proveAttempt(visitor(context), other.credential, { method: "email_code", code: "12345" }, { prior: null });
    expect(await waitingId(user)).toBeNull();
    expect(await approveDevice(user, other.id, { digits: other.digits })).toMatchObject({ failure: "attempt_over" });
    expect(await askForApproval(visitor(context), other.credential)).toMatchObject({ failure: "attempt_over" });
  });

  test("shows why it looks unusual", async () => {
    const { email, user } = await provenAccount(context, inbox);
    await askForApproval(visitor(context), await held(context, email, newBrowser(), ["many_failures"]));
    expect(await listApprovals(user, { limit: 50 })).toMatchObject({ items: [{ rules: ["many_failures"] }] });
  });
});

describe("who may answer", () => {
  test("no session that began after the attempt, however it came about; it is not even told", async () => {
    const { user, credential, id, digits } = await asked();
    const younger = ownerOf(context, await begin(context, user.actor.userId));
    expect(await waitingId(younger)).toBeNull();
    expect(await approveDevice(younger, id, { digits })).toMatchObject({ failure: "not_found" });
    expect(await refuseDevice(younger, id)).toMatchObject({ failure: "not_found" });
    expect(await prove(visitor(context), credential)).toHaveProperty("attempt");
    expect(await waitingId(user)).toBe(id);
  });

  test("no other account", async () => {
    const { id, digits, user } = await asked();
    const stranger = await provenAccount(context, inbox);
    await context.db.update(sessions).set({ createdAt: laterThan(60) }).where(eq(sessions.id, stranger.user.actor.sessionId));
    expect(await waitingId(stranger.user)).toBeNull();
    expect(await approveDevice(stranger.user, id, { digits })).toMatchObject({ failure: "not_found" });
    expect(await refuseDevice(stranger.user, id)).toMatchObject({ failure: "not_found" });
    // Nor by the id of a session of the account.
    const forged: UserContext = { ...stranger.user, actor: { ...stranger.user.actor, sessionId: user.actor.sessionId } };
    expect(isFailure(await approveDevice(forged, id, { digits }))).toBe(true);
    expect(await waitingId(user)).toBe(id);
  });

  test("no session that has ended", async () => {
    const { user, id, digits } = await asked();
    await context.db.update(sessions).set({ endedAt: sql`clock_timestamp()`, endReason: "signed_out" }).where(eq(sessions.id, user.actor.sessionId));
    expect(await waitingId(user)).toBeNull();
    expect(await approveDevice(user, id, { digits })).toMatchObject({ failure: "unauthenticated" });
    expect(await refuseDevice(user, id)).toMatchObject({ failure: "unauthenticated" });
  });

  test.each(["", "x", newId(), "00000000-0000-7000-8000-00000000000G"])("nobody about %j", async (id) => {
    const { user } = await provenAccount(context, inbox);
    expect([await approveDevice(user, id, { digits: "10" }), await refuseDevice(user, id)]).toMatchObject([{ failure: "not_found" }, { failure: "not_found" }]);
  });
});

describe("a question", () => {
  test("is over after ten minutes, answered or not; and may be put again", async () => {
    const { user, credential, id, digits } = await asked();
    const [row] = await context.db.select().from(approvals).where(eq(approvals.id, id));
    expect((row?.expiresAt.getTime() ?? 0) - (row?.createdAt.getTime() ?? 0)).toBe(600_000);
    await context.db.update(approvals).set({ expiresAt: laterThan(0) }).where(eq(approvals.id, id));
    expect(await waitingId(user)).toBeNull();
    expect(await approveDevice(user, id, { digits })).toMatchObject({ failure: "attempt_over" });
    expect(await digitsShown(context, credential)).toBeNull();
    expect(await prove(visitor(context), credential)).toMatchObject({ attempt: { id: credential.a } });
    expect(isFailure(await askForApproval(visitor(context), credential))).toBe(false);
    const again = await waitingId(user);
    expect(again).not.toBe(id);
    expect(await approveDevice(user, again ?? "", { digits: (await digitsShown(context, credential)) ?? "" })).toBeUndefined();
    await context.db.update(approvals).set({ expiresAt: laterThan(0) }).where(eq(approvals.id, again ?? ""));
    expect(await prove(visitor(context), credential)).toMatchObject({ failure: "attempt_over" });
  });

  test("outlives no attempt", async () => {
    const { email, user } = await provenAccount(context, inbox);
    const credential = await held(context, email);
    await context.db.update(attempts).set({ expiresAt: sql`clock_timestamp() + interval '3 minutes'` }).where(eq(attempts.id, credential.a));
    await askForApproval(visitor(context), credential);
    const [row] = await context.db.select().from(approvals).where(eq(approvals.attemptId, credential.a));
    expect(row?.expiresAt).toEqual((await attemptOf({ credential } as Waiting)).expiresAt);
    await context.db.update(attempts).set({ expiresAt: laterThan(0) }).where(eq(attempts.id, credential.a));
    expect(await waitingId(user)).toBeNull();
  });

  test("is worth nothing once anything about the ways in has changed", async () => {
    const { user, credential, id, digits } = await asked();
    expect(await changePassword(user, { currentPassword: PASSWORD, newPassword: "eleven green ladders" })).toBeUndefined();
    expect(await waitingId(user)).toBeNull();
    expect(await readAttempt(context, credential)).toMatchObject({ failure: "attempt_over" });
    expect(await approveDevice(user, id, { digits })).toMatchObject({ failure: "attempt_over" });
    expect(await askForApproval(visitor(context), credential)).toMatchObject({ failure: "attempt_over" });
  });

  test("is worth nothing once answered either", async () => {
    const { user, credential, id, digits } = await asked();
    expect(await approveDevice(user, id, { digits })).toBeUndefined();
    await context.db.update(users).set({ ways: sql`${users.ways} + 1` }).where(eq(users.id, user.actor.userId));
    expect(await prove(visitor(context), credential)).toMatchObject({ failure: "attempt_over" });
    // Not even for an attempt that would count.
    await context.db.update(attempts).set({ ways: sql`${attempts.ways} + 1` }).where(eq(attempts.id, credential.a));
    expect(await prove(visitor(context), credential)).toMatchObject({ failure: "attempt_over" });
  });

  test("is put one at a time: another device waits until it is settled", async () => {
    const { email, user, id, credential } = await asked();
    const other = await held(context, email);
    expect(await askForApproval(visitor(context), other)).toMatchObject({ failure: "conflict" });
    expect(await waitingId(user)).toBe(id);
    await cancelAttempt(visitor(context), credential);
    expect(isFailure(await askForApproval(visitor(context), other))).toBe(false);
  });

  test("is put one at a time, exactly, by many at once", async () => {
    const { email, user } = await provenAccount(context, inbox);
    const credentials = await Promise.all(Array.from({ length: 6 }, () => held(context, email)));
    const outcomes = await Promise.all([...credentials, ...credentials].map((credential) => askForApproval(visitor(context), credential)));
    // The one that was first asks twice.
    expect(tally(outcomes)).toEqual({ ok: 2, conflict: 10 });
    expect(await context.db.select({ id: approvals.id }).from(approvals).where(eq(approvals.userId, user.actor.userId))).toHaveLength(1);
  });

  test("is put three times an hour, exactly, by many at once", async () => {
    const { email, user } = await provenAccount(context, inbox);
    const credentials = await Promise.all(Array.from({ length: 6 }, () => held(context, email)));
    async function askUntil(credential: (typeof credentials)[number]) {
      for (;;) {
        const outcome = await askForApproval(visitor(context), credential);
        if (isFailure(outcome) && outcome.failure === "conflict") continue;
        // Makes room for another one.
        if (!isFailure(outcome)) await cancelAttempt(visitor(context), credential);
        return outcome;
      }
    }
    const outcomes = await Promise.all(credentials.map(askUntil));
    expect(tally(outcomes)).toEqual({ ok: 3, rate_limited: 3 });
    const limited = outcomes.find(isFailure);
    expect(limited?.retryAfter).toBeGreaterThan(3_500);
    expect(limited?.retryAfter).toBeLessThanOrEqual(3_600);
    const rows = context.db.select({ at: approvals.createdAt }).from(approvals).where(eq(approvals.userId, user.actor.userId));
    expect(await rows).toHaveLength(3);
    // An hour after the first of the three there is room for one.
    const [first] = await context.db.select({ id: approvals.id }).from(approvals).where(eq(approvals.userId, user.actor.userId)).orderBy(asc(approvals.createdAt)).limit(1);
    await context.db.update(approvals).set({ createdAt: laterThan(60) }).where(eq(approvals.id, first?.id ?? ""));
    const next = await held(context, email);
    expect(isFailure(await askForApproval(visitor(context), next))).toBe(false);
    await cancelAttempt(visitor(context), next);
    expect(await askForApproval(visitor(context), await held(context, email))).toMatchObject({ failure: "rate_limited" });
  });
});
