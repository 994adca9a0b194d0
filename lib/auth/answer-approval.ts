import { and, eq, sql } from "drizzle-orm";
import { approvals, attempts, databaseNow, sessions, users } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { recordEvents } from "@/lib/events/record-events";
import { publish, publishAttempt } from "@/lib/notifications/publish";
import { isWaiting } from "./approval-row";
import type { AttemptRow } from "./attempt-row";
import { revokeAttempt } from "./revoke-attempt";
import { underOwnSession } from "./under-own-session";

export type Answer = { answer: "approved" } | { answer: "refused"; reason: "not_me" | "digits" };

/**
 * Gives a question its one answer, by a session that lives and began before the attempt. One that is turned away is over.
 * Errors: `unauthenticated`; `not_found` (not one that this session may answer); `conflict` (it has its answer);
 * `attempt_over` (it waits no more).
 */
export async function answerApproval(context: UserContext, id: string, { answer, ...detail }: Answer): Promise<Failure | void> {
  if (!isId(id)) return fail("not_found");
  const { userId, sessionId } = context.actor;
  const answered = await underOwnSession<{ attemptId: string }>(context, {}, async (tx) => {
    const attempt = await lockQuestion(tx, id);
    if (isFailure(attempt)) return attempt;
    await tx.db.update(approvals).set({ answer, answeredAt: databaseNow, answeredBy: sessionId }).where(and(eq(approvals.id, id), eq(approvals.userId, userId)));
    if (answer === "refused") await revokeAttempt(tx, attempt.id);
    const { device, address } = attempt;
    await recordEvents(tx, [{ userId, type: answer === "approved" ? "approval.given" : "approval.refused", sessionId, detail: { device: device.name, address, ...detail } }]);
    return { attemptId: attempt.id };
  });
  if (isFailure(answered)) return answered;
  await Promise.all([publish(context, userId, { type: "attempt.settled", approvalId: id }), publishAttempt(context, answered.attemptId)]);
}

/** Locks attempt and question, under the locks of account and session, and reads them in a later statement. */
async function lockQuestion({ db, actor: { userId, sessionId } }: UserContext, id: string): Promise<AttemptRow | Failure> {
  const isOwn = and(eq(approvals.id, id), eq(approvals.userId, userId));
  const [named] = await db.select({ attemptId: approvals.attemptId }).from(approvals).where(isOwn);
  if (!named) return fail("not_found");
  await db.select({ id: attempts.id }).from(attempts).where(eq(attempts.id, named.attemptId)).for("no key update");
  await db.select({ id: approvals.id }).from(approvals).where(isOwn).for("no key update");
  const [question] = await db
    .select({
      attempt: attempts,
      answer: approvals.answer,
      waits: sql<boolean>`coalesce(${isWaiting}, false)`,
      isOlder: sql<boolean>`${sessions.createdAt} < ${attempts.createdAt}`,
    })
    .from(approvals)
    .innerJoin(attempts, eq(attempts.id, approvals.attemptId))
    .innerJoin(users, eq(users.id, approvals.userId))
    .innerJoin(sessions, and(eq(sessions.id, sessionId), eq(sessions.userId, users.id)))
    .where(isOwn);
  if (!question?.isOlder) return fail("not_found");
  if (question.answer !== null) return fail("conflict", { detail: "This has been answered already." });
  return question.waits ? question.attempt : fail("attempt_over");
}
