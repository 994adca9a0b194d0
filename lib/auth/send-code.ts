import { and, eq, lt, lte, or, isNull, sql } from "drizzle-orm";
import { attempts } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { queueMail } from "@/lib/mail/queue-mail";
import { type AttemptRow, isOpen } from "./attempt-row";

/** How many codes an attempt is sent in all, and how far apart. */
export const MOST_SENDINGS = 3;
export const SENDING_PAUSE_SECONDS = 60;
/**
 * Queues the mail with a code, in the caller's transaction. Whether it may be sent at all (budgets), to whom, and what
 * stands in it, is found out when it is made: until then nobody can tell an address that has an account from one that
 * has none. Returns the attempt as it is then.
 */
export async function sendCode(tx: Context, { id }: Pick<AttemptRow, "id">): Promise<AttemptRow> {
  const [attempt] = await tx.db
    .update(attempts)
    .set({ sendings: sql`${attempts.sendings} + 1`, sentAt: sql`clock_timestamp()` })
    .where(eq(attempts.id, id))
    .returning();
  if (!attempt) throw new Error("an attempt that is being written cannot be read");
  await queueMail(tx, { kind: "code", userId: attempt.userId, attemptId: id });
  return attempt;
}

/** Sends another code. Errors: `attempt_over`; `rate_limited` (too early, or none is left). */
export async function resendCode(tx: Context, attempt: AttemptRow): Promise<AttemptRow | Failure> {
  const pause = sql`clock_timestamp() - make_interval(secs => ${SENDING_PAUSE_SECONDS})`;
  const [due] = await tx.db
    .select({ id: attempts.id })
    .from(attempts)
    .where(and(eq(attempts.id, attempt.id), isOpen, lt(attempts.sendings, MOST_SENDINGS), or(isNull(attempts.sentAt), lte(attempts.sentAt, pause))))
    .for("no key update");
  if (due) return sendCode(tx, due);
  const secondsTo = (time: number) => Math.max(1, Math.ceil((time - tx.clock.now()) / 1000));
  if (attempt.sendings >= MOST_SENDINGS) return fail("rate_limited", { retryAfter: secondsTo(attempt.expiresAt.getTime()), detail: "No more codes are sent for this attempt. Start again for another one." });
  const retryAfter = secondsTo((attempt.sentAt?.getTime() ?? 0) + SENDING_PAUSE_SECONDS * 1000);
  return fail("rate_limited", { retryAfter, detail: `Another code can be sent in ${retryAfter} second${retryAfter === 1 ? "" : "s"}.` });
}
