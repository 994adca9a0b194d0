import { and, eq } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { attempts, outgoingMails, users } from "@/db/schema";
import { cancelAttempt } from "@/lib/auth/cancel-attempt";
import { changePassword } from "@/lib/auth/change-password";
import { proveAttempt } from "@/lib/auth/prove-attempt";
import { proveSession } from "@/lib/auth/prove-session";
import { requireProof } from "@/lib/auth/require-proof";
import { beginEmailChange } from "@/lib/auth/begin-email-change";
import { sendStepUpCode } from "@/lib/auth/step-up-code";
import type { Context, UserContext } from "@/lib/core/context";
import { sha256 } from "@/lib/core/crypto";
import { endSession } from "@/lib/sessions/end-session";
import { query } from "@/scripts/servers/query";
import { good } from "@/tests/support/administrators";
import { openTestWorld, type TestWorld } from "@/tests/support/context";
import { giveFactors } from "@/tests/support/factors";
import { rounds } from "@/tests/support/rounds";
import { begin, ownerOf, trust } from "@/tests/support/sessions";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { PASSWORD, tally, visitor } from "./account";
import { codeIn, newestMail, provenAccount, sendAll } from "./proving";

let world: TestWorld;
let context: Context;
let inbox: TestMail;

beforeAll(async () => {
  inbox = await startTestMail();
  world = await openTestWorld({ HASH_THREADS: "2", ...inbox.env });
  context = world.context;
  await trust(context);
});

/** Signed in, with a proven address and nothing else that could be proven: as after a going back, or with a provider alone. */
async function bare() {
  const { email, begun, user } = await provenAccount(context, inbox);
  await context.db.update(users).set({ passwordHash: null }).where(eq(users.id, user.actor.userId));
  return { email, begun, user };
}

const isCode = /^(?=[\s\S]*change something about how you sign in)[\s\S]*#\d{6}\s*$/;
const codeTo = async (email: string) => codeIn(await newestMail(context, inbox, email, isCode));
const prove = (user: UserContext, code: string) => proveSession(user, { method: "email_code", code });
const wrong = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, "0");
const rowsOf = (user: UserContext) => context.db.select().from(attempts).where(and(eq(attempts.userId, user.actor.userId), eq(attempts.kind, "step_up")));

test("a code to the proven address proves who holds the session, once, where nothing else could", async () => {
  const { email, user } = await bare();
  await context.db.execute(`update sessions set proven_at = null where id = '${user.actor.sessionId}'`);
  expect(await requireProof(user, { secret: null })).toMatchObject({ failure: "proof_required", ways: ["email_code"] });
  good(await sendStepUpCode(user));
  const mail = await newestMail(context, inbox, email, isCode);
  expect(mail.subject).toContain("Confirm that it is you");
  const code = codeIn(mail);
  const proven = good(await prove(user, ` ${code.slice(0, 3)} ${code.slice(3)} `));
  expect(await requireProof(user, { secret: proven.secret })).toBeUndefined();
  expect(await prove(user, code)).toMatchObject({ failure: "attempt_over" });
});

test("it is no way for who has another one, nor where nobody proved the address, or there is no mail", async () => {
  const { user } = await provenAccount(context, inbox);
  const refused = (ways: string[]) => ({ failure: "proof_required", ways });
  expect([await sendStepUpCode(user), await prove(user, "123456")]).toMatchObject([refused(["password"]), refused(["password"])]);
  const other = await bare();
  expect(await sendStepUpCode({ ...other.user, mailer: null })).toMatchObject(refused([]));
  await context.db.update(users).set({ emailVerified: false }).where(eq(users.id, other.user.actor.userId));
  expect(await sendStepUpCode(other.user)).toMatchObject(refused([]));
  await context.db.update(users).set({ emailVerified: true }).where(eq(users.id, other.user.actor.userId));
  await giveFactors(context, other.user.actor.userId, "passkey");
  expect(await sendStepUpCode(other.user)).toMatchObject(refused(["passkey"]));
});

test("five guesses in all, counted before they are compared, however many come at once", async () => {
  const { email, user } = await bare();
  good(await sendStepUpCode(user));
  const code = await codeTo(email);
  const guesses = await Promise.all(Array.from({ length: 40 }, () => prove(user, wrong(code))));
  expect(tally(guesses)).toEqual({ invalid_code: 5, attempt_over: 35 });
  expect(guesses.map((guess) => ("triesLeft" in guess ? guess.triesLeft : null)).filter((left) => left !== null).toSorted()).toEqual([0, 1, 2, 3, 4]);
  expect(await prove(user, code)).toMatchObject({ failure: "attempt_over" });
  good(await sendStepUpCode(user));
  good(await prove(user, await codeTo(email)));
});

test("given many times at once it is one proof", async () => {
  for (let round = 0; round < rounds(12); round++) {
    const { email, user } = await bare();
    good(await sendStepUpCode(user));
    const code = await codeTo(email);
    expect(tally(await Promise.all(Array.from({ length: 4 }, () => prove(user, code)))).ok).toBe(1);
  }
});

test("it is of the session that asked, and dies with it and with whatever changes the account", async () => {
  const { email, user } = await bare();
  const other = ownerOf(context, await begin(context, user.actor.userId));
  good(await sendStepUpCode(user));
  const code = await codeTo(email);
  expect(await prove(other, code)).toMatchObject({ failure: "attempt_over" });
  await context.db.update(users).set({ ways: 1 }).where(eq(users.id, user.actor.userId));
  expect(await prove(user, code)).toMatchObject({ failure: "attempt_over" });
  good(await sendStepUpCode(user));
  const next = await codeTo(email);
  await endSession(user, user.actor.sessionId);
  expect(await prove(user, next)).toMatchObject({ failure: "unauthenticated" });
});

test("no mail comes for a session that has ended, and not more than six in an hour", async () => {
  const gone = await bare();
  good(await sendStepUpCode(gone.user));
  await endSession(gone.user, gone.user.actor.sessionId);
  await sendAll(context);
  expect((await inbox.mails(gone.email)).filter(({ text }) => isCode.test(text))).toEqual([]);
  const { email, user } = await bare();
  for (let asked = 0; asked < 8; asked++) {
    good(await sendStepUpCode(ownerOf(context, await begin(context, user.actor.userId))));
    await sendAll(context);
  }
  expect((await inbox.mails(email)).filter(({ text }) => isCode.test(text))).toHaveLength(6);
});

test("another code comes a minute later at the earliest, three in all, and the last two work", async () => {
  const { email, user } = await bare();
  good(await sendStepUpCode(user));
  const codes = [await codeTo(email)];
  expect(await sendStepUpCode(user)).toMatchObject({ failure: "rate_limited", retryAfter: expect.any(Number) });
  for (let again = 0; again < 2; again++) {
    await query(world.databaseUrl, "update attempts set sent_at = sent_at - interval '1 minute' where session_id = $1", [user.actor.sessionId]);
    good(await sendStepUpCode(user));
    codes.push(await codeTo(email));
  }
  await query(world.databaseUrl, "update attempts set sent_at = sent_at - interval '1 minute' where session_id = $1", [user.actor.sessionId]);
  expect(await sendStepUpCode(user)).toMatchObject({ failure: "rate_limited" });
  expect(await rowsOf(user)).toHaveLength(1);
  expect(await prove(user, codes[0] as string)).toMatchObject({ failure: "invalid_code" });
  good(await prove(user, codes[1] as string));
});

test("nobody holds it: with the very secret of its row it is no attempt, and opens no session", async () => {
  const { email, user } = await bare();
  good(await sendStepUpCode(user));
  const code = await codeTo(email);
  const [row] = await rowsOf(user);
  const credential = { a: row?.id as string, k: "a secret that somebody came by" };
  await context.db.update(attempts).set({ secretHash: sha256(credential.k) }).where(eq(attempts.id, credential.a));
  expect(await proveAttempt(visitor(context), credential, { method: "email_code", code }, { prior: null })).toMatchObject({ failure: "attempt_over" });
  expect(await cancelAttempt(visitor(context), credential)).toMatchObject({ failure: "attempt_over" });
  good(await prove(user, code));
});

test("what the browser has under way besides goes on", async () => {
  const { email, begun, user } = await bare();
  const change = good(await beginEmailChange(user, { email: `next-${email}` }, "browser", { secret: begun.proof }));
  good(await sendStepUpCode(user));
  good(await prove(user, await codeTo(email)));
  const [still] = await context.db.select().from(attempts).where(eq(attempts.id, change.attempt.id));
  expect(still).toMatchObject({ revokedAt: null, finishedAt: null });
});

test("the code stands in no row", async () => {
  const { email, user } = await bare();
  good(await sendStepUpCode(user));
  const code = await codeTo(email);
  const kept = JSON.stringify([await rowsOf(user), await context.db.select().from(outgoingMails).where(eq(outgoingMails.userId, user.actor.userId))]);
  expect(kept).not.toContain(`"${code}"`);
});

test("where the second step is on, the current password alone changes no password", async () => {
  const { begun, user } = await provenAccount(context, inbox);
  await giveFactors(context, user.actor.userId, "totp");
  const change = (shown?: { secret: string | null }) => changePassword(user, { currentPassword: PASSWORD, newPassword: "eleven green ladders" }, shown);
  for (const shown of [undefined, { secret: null }, { secret: "x".repeat(43) }]) expect(await change(shown)).toMatchObject({ failure: "proof_required", ways: ["totp"] });
  expect(await change({ secret: begun.proof })).toBeUndefined();
});
