import { and, eq, gt, isNull, not, sql } from "drizzle-orm";
import { approvals, attempts, statementTime, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { publish } from "@/lib/notifications/publish";
import { isWaiting } from "./approval-row";
import type { AttemptRow } from "./attempt-row";

/**
 * Tells the account's open pages, after the commit, of the questions that nobody needs to answer any more: the one who
 * waited has come in by another way, gave up, or began anew. What is done is done whether or not they can be told: a question closes by
 * its time as well.
 */
export async function tellSettled(context: Context, { userId, asked }: Pick<AttemptRow, "userId" | "asked">): Promise<void> {
  if (userId === null || !asked.includes("approval")) return;
  try {
    await tell(context, userId);
  } catch (error) {
    context.log.warn({ err: error }, "auth: nobody was told of a question that is over");
  }
}

async function tell(context: Context, userId: string): Promise<void> {
  const over = await context.db
    .select({ id: approvals.id })
    .from(approvals)
    .innerJoin(attempts, eq(attempts.id, approvals.attemptId))
    .innerJoin(users, eq(users.id, approvals.userId))
    .where(and(eq(approvals.userId, userId), isNull(approvals.answer), gt(approvals.expiresAt, statementTime), not(sql`coalesce(${isWaiting}, false)`)));
  await Promise.all(over.map(({ id }) => publish(context, userId, { type: "attempt.settled", approvalId: id })));
}
