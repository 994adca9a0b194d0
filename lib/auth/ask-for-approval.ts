import { and, desc, eq, gt, isNull, lt, sql } from "drizzle-orm";
import { approvals, attempts, databaseNow, sessions, statementTime, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { inTransaction } from "@/lib/core/transaction";
import { publish, publishAttempt } from "@/lib/notifications/publish";
import { isWaiting } from "./approval-row";
import { type AttemptCredential, type AttemptRow, isOpen, MOST_GUESSES, readAttempt } from "./attempt-row";

/** How long a question may be answered, and what was answered be used. */
export const APPROVAL_MINUTES = 10;
/** Questions that an account is put in an hour. */
const MOST_AN_HOUR = 3;

type Asking = AttemptRow & { userId: string };
type Asked = { approvalId: string; isNew: boolean };

/**
 * Asks the account's other devices whether an attempt is their owner's (ACCOUNTS 8). Asking again while they think about it
 * changes nothing. Errors: `attempt_over`; `conflict` (they are asked about another one, or there is none any more);
 * `rate_limited`.
 */
export async function askForApproval(context: Context, credential: AttemptCredential | null): Promise<AttemptRow | Failure> {
  const attempt = await readAttempt(context, credential);
  if (isFailure(attempt)) return attempt;
  const { userId } = attempt;
  if (userId === null || !attempt.asked.includes("approval")) return fail("attempt_over");
  const asked = await inTransaction<Context, Asked>(context, (tx) => ask(tx, { ...attempt, userId }));
  if (isFailure(asked)) return asked;
  if (asked.isNew) await Promise.all([publish(context, userId, { type: "attempt.waiting", approvalId: asked.approvalId }), publishAttempt(context, attempt.id)]);
  return attempt;
}

/** Under the account's lock: two at once are one after the other, and each reads what the other wrote. */
async function ask(tx: Context, attempt: Asking): Promise<Asked | Failure> {
  const { id: attemptId, userId } = attempt;
  await tx.db.select({ id: users.id }).from(users).where(eq(users.id, userId)).for("no key update");
  await tx.db.select({ id: attempts.id }).from(attempts).where(eq(attempts.id, attemptId)).for("no key update");
  const refused = await refuseAsking(tx, attempt);
  if (refused) return refused;
  const [waiting] = await tx.db
    .select({ id: approvals.id, attemptId: approvals.attemptId })
    .from(approvals)
    .innerJoin(attempts, eq(attempts.id, approvals.attemptId))
    .innerJoin(users, eq(users.id, approvals.userId))
    .where(and(eq(approvals.userId, userId), isWaiting));
  if (waiting?.attemptId === attemptId) return { approvalId: waiting.id, isNew: false };
  if (waiting) return fail("conflict", { detail: "Your other devices are being asked about another sign-in. Answer that one first, or wait until it is over." });
  const retryAfter = await secondsToWait(tx, userId);
  if (retryAfter > 0) return fail("rate_limited", { retryAfter, detail: `Your other devices were asked ${MOST_AN_HOUR} times within the hour. Try again in ${Math.ceil(retryAfter / 60)} minutes.` });
  const approvalId = newId();
  const soon = sql`clock_timestamp() + make_interval(mins => ${APPROVAL_MINUTES})`;
  await tx.db.insert(approvals).values({ id: approvalId, userId, attemptId, ways: attempt.ways as number, createdAt: databaseNow, expiresAt: sql`least(${soon}, ${attempt.expiresAt.toISOString()}::timestamptz)` });
  return { approvalId, isNew: true };
}

/** It is over by now, or nobody is there to be asked. */
async function refuseAsking({ db }: Context, { id, userId }: Asking): Promise<Failure | undefined> {
  const older = and(eq(sessions.userId, userId), isNull(sessions.endedAt), gt(sessions.expiresAt, statementTime), lt(sessions.createdAt, attempts.createdAt));
  const [open] = await db
    .select({ couldAnswer: sql<boolean>`exists (${db.select({ id: sessions.id }).from(sessions).where(older)})` })
    .from(attempts)
    .innerJoin(users, eq(users.id, attempts.userId))
    .where(and(eq(attempts.id, id), isOpen, lt(attempts.guesses, MOST_GUESSES), eq(attempts.ways, users.ways), isNull(users.disabledAt)));
  if (!open) return fail("attempt_over");
  return open.couldAnswer ? undefined : fail("conflict", { detail: "You are not signed in on another device any more, so there is none to ask." });
}

/** Until the account may be asked once more; 0 when it may be now. */
async function secondsToWait({ db }: Context, userId: string): Promise<number> {
  const again = sql`${approvals.createdAt} + interval '1 hour'`;
  const lately = await db
    .select({ seconds: sql<number>`ceil(extract(epoch from ${again} - ${statementTime}))::int` })
    .from(approvals)
    .where(and(eq(approvals.userId, userId), gt(approvals.createdAt, sql`${statementTime} - interval '1 hour'`)))
    .orderBy(desc(approvals.createdAt))
    .limit(MOST_AN_HOUR);
  return lately.length < MOST_AN_HOUR ? 0 : Math.max(1, lately.at(-1)?.seconds ?? 0);
}
