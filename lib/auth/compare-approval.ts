import { and, eq, gt, isNull, lt } from "drizzle-orm";
import { approvals, attempts, sessions, statementTime, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { type ApprovalRow, lastApproval, stands } from "./approval-row";
import { type AttemptRow, MOST_GUESSES } from "./attempt-row";
import type { RightProof } from "./right-proof";

/** Whether another device has let the attempt in; null while none has answered. It costs no guess: there is nothing to guess. Errors: `attempt_over`. */
export async function compareApproval(context: Context, attempt: AttemptRow): Promise<RightProof | null | Failure> {
  const approval = await lastApproval(context, attempt);
  if (!approval?.answer) return null;
  if (approval.answer === "refused") return fail("attempt_over");
  return { way: "approval", attemptStill: lt(attempts.guesses, MOST_GUESSES), spend: (tx) => countApproval(tx, approval) };
}

/**
 * An approval counts while the session that gave it has not ended: locked first and read in a later statement, for its end
 * may be under way. And while the account is opened as it was when it was asked (ACCOUNTS 2).
 */
async function countApproval({ db }: Context, { id, userId, answeredBy }: ApprovalRow): Promise<Failure | void> {
  if (answeredBy === null) return fail("attempt_over");
  const isGiver = giverOf({ userId, answeredBy });
  await db.select({ id: sessions.id }).from(sessions).where(isGiver).for("no key update");
  const [counts] = await db
    .select({ id: approvals.id })
    .from(approvals)
    .innerJoin(users, eq(users.id, approvals.userId))
    .innerJoin(sessions, isGiver)
    .where(and(eq(approvals.id, id), eq(approvals.userId, userId), eq(approvals.answer, "approved"), stands, isNull(sessions.endedAt), gt(sessions.absoluteExpiresAt, statementTime)));
  return counts ? undefined : fail("attempt_over");
}

/**
 * Whether the session that let an attempt in has not ended by now, where the approval was counted before and what it led to comes later.
 * Locked and read in two statements, as above.
 */
export async function isGiverThere(tx: Context, attempt: AttemptRow): Promise<boolean> {
  const approval = await lastApproval(tx, attempt);
  if (approval?.answer !== "approved" || approval.answeredBy === null) return false;
  const isGiver = giverOf({ userId: approval.userId, answeredBy: approval.answeredBy });
  await tx.db.select({ id: sessions.id }).from(sessions).where(isGiver).for("no key update");
  const [giver] = await tx.db.select({ id: sessions.id }).from(sessions).where(and(isGiver, isNull(sessions.endedAt), gt(sessions.absoluteExpiresAt, statementTime)));
  return giver !== undefined;
}

function giverOf({ userId, answeredBy }: { userId: string; answeredBy: string }) {
  return and(eq(sessions.id, answeredBy), eq(sessions.userId, userId));
}
