import { and, desc, eq, gt, isNull, lt, type SQL } from "drizzle-orm";
import { approvals, attempts, statementTime, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { digitsOf } from "./approval-digits";
import { type AttemptRow, isOpen, MOST_GUESSES } from "./attempt-row";

export type ApprovalRow = typeof approvals.$inferSelect;

/** It was asked lately, and the account is opened as it was then. A condition on rows of `approvals` with their users. */
export const stands: SQL | undefined = and(gt(approvals.expiresAt, statementTime), eq(approvals.ways, users.ways));

/** A question that waits for its answer. The same, with their attempts. */
export const isWaiting: SQL | undefined = and(isNull(approvals.answer), stands, isOpen, lt(attempts.guesses, MOST_GUESSES));

/** The last question that an attempt put to the other devices, whatever became of it. */
export async function lastApproval({ db }: Context, { id, userId }: Pick<AttemptRow, "id" | "userId">): Promise<ApprovalRow | null> {
  if (userId === null) return null;
  const [row] = await db
    .select()
    .from(approvals)
    .where(and(eq(approvals.attemptId, id), eq(approvals.userId, userId)))
    .orderBy(desc(approvals.createdAt))
    .limit(1);
  return row ?? null;
}

/** What has become of it, for the one who waits. */
export type Standing = { is: "none" } | { is: "waiting"; digits: string; expiresAt: Date } | { is: "approved" };

/** The same for the attempt's holder: `none` when nothing was asked, or what was asked is worth nothing any more. */
export async function readStanding(context: Context, attempt: AttemptRow): Promise<Standing> {
  if (!attempt.asked.includes("approval") || attempt.userId === null) return { is: "none" };
  const [row] = await context.db
    .select({ id: approvals.id, answer: approvals.answer, expiresAt: approvals.expiresAt })
    .from(approvals)
    .innerJoin(users, eq(users.id, approvals.userId))
    .where(and(eq(approvals.attemptId, attempt.id), eq(approvals.userId, attempt.userId), stands))
    .orderBy(desc(approvals.createdAt))
    .limit(1);
  if (!row || row.answer === "refused") return { is: "none" };
  return row.answer === "approved" ? { is: "approved" } : { is: "waiting", digits: digitsOf(context, row.id), expiresAt: row.expiresAt };
}
