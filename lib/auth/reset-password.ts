import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import { databaseNow, devices, users } from "@/db/schema";
import { mayStillManage } from "@/lib/access/may-still-manage";
import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { recordEvents } from "@/lib/events/record-events";
import { findLink, useLink } from "@/lib/mail/link-token";
import type { MailRow } from "@/lib/mail/mail-queue";
import { queueMail } from "@/lib/mail/queue-mail";
import { endSessions } from "@/lib/sessions/end-sessions";
import { isLate } from "@/lib/sessions/is-late";
import { findUser } from "@/lib/users/find-user";
import { assessNewPassword } from "./assess-new-password";
import { doneBy } from "./asked-by";
import { patienceOf } from "./attempt-limits";
import { forgetWrongGuesses } from "./forget-wrong-guesses";
import { hashPassword } from "./hash-password";
import { isCommitted } from "./is-committed";
import type { ResetInput } from "./schema";
import { takeBackDeletion } from "./take-back-deletion";
import { takeBackFactors, takeBackIdentities } from "./take-back-factors";

type UserRow = typeof users.$inferSelect;

const DONE = "Your new password is set. Where you were signed in ends within seconds; you need not try again.";

/**
 * Sets a new password by a link (ACCOUNTS 6), in one transaction with all that it cuts: every session ends, and whatever
 * was under way comes to nothing. It signs nobody in. It proves the address, unless an administrator handed the link over;
 * and where nobody had proven it, nothing of before stays: whoever made the account may have been somebody else.
 * Errors: `link_over`; `invalid_input` (the reason under `newPassword`); `unavailable`.
 */
export async function resetPassword(visitor: Context, { token, newPassword }: ResetInput): Promise<Failure | void> {
  // Who holds a link is whose it is, and not whoever else is signed in in that browser: in no event, and as the end of no session.
  const context: Context = { ...visitor, actor: { kind: "anonymous" } };
  const deadline = patienceOf(context);
  const link = await findLink(context, token);
  if (isFailure(link)) return link;
  const user = link.userId === null ? null : await findUser(context, link.userId);
  if (!user || !isFor(link, user)) return fail("link_over");
  const assessed = await assessNewPassword(context, newPassword, [user.email, user.name], deadline);
  if (isFailure(assessed)) return assessed;
  if (!assessed.acceptable) return fail("invalid_input", { errors: [{ path: "newPassword", message: assessed.advice }] });
  const passwordHash = await hashPassword(context, newPassword, deadline);
  if (isFailure(passwordHash)) return passwordHash;
  const { madeBy } = link.about;
  const beside = madeBy === undefined ? [] : [madeBy];
  const ended = await endSessions(context, { of: [user.id], beside, reason: "password_reset", also: (tx) => reset(tx, link, passwordHash) });
  if (isFailure(ended)) return isCommitted(ended) ? { ...ended, detail: DONE } : ended;
}

/** Whether a link gives the right to set this account's password, as it stands. */
export function isFor(link: MailRow, user: UserRow): boolean {
  return link.number === null && link.cuts === user.cuts && link.address === user.email && user.disabledAt === null;
}

/** Under the lock of the account, and of whoever handed the link over; both as they stand there. */
async function reset(tx: Context, link: MailRow, passwordHash: string): Promise<Failure | void> {
  const userId = link.userId as string;
  const user = await findUser(tx, userId);
  if (!user || !isFor(link, user)) return fail("link_over");
  const { madeBy, makersCuts } = link.about;
  if (madeBy !== undefined && !(await mayStillManage(tx, { id: madeBy, cuts: makersCuts }, userId))) return fail("link_over");
  const used = await useLink(tx, link);
  if (used) return used;
  const proves = link.kind === "forgotten";
  const isFirstProof = proves && !user.emailVerified;
  if (isFirstProof) await tx.db.update(devices).set({ forgottenAt: databaseNow }).where(and(eq(devices.userId, userId), isNull(devices.forgottenAt)));
  if (isFirstProof) await takeBackIdentities(tx, userId);
  if (isFirstProof) await takeBackDeletion(tx, user, { email: user.email });
  await tx.db
    .update(users)
    .set({ passwordHash, ...raisedByCut(), ...(isFirstProof && { emailVerified: true, ...(await takeBackFactors(tx, user)) }) })
    .where(eq(users.id, userId));
  await forgetWrongGuesses(tx, userId);
  await recordEvents(tx, [{ userId, type: "password.reset" }, ...(isFirstProof ? [{ userId, type: "email.verified" as const }] : [])]);
  await queueMail(tx, { kind: "password_changed", userId, address: user.email, facts: { done: doneBy(tx), reset: true }, wayBack: { number: user.ways + 1 } });
  if (isLate(tx)) return fail("unavailable");
}

/** What a reset and a going back raise (ACCOUNTS 2). */
export function raisedByCut(): { ways: SQL; cuts: SQL; cutAt: typeof databaseNow } {
  return { ways: sql`${users.ways} + 1`, cuts: sql`${users.cuts} + 1`, cutAt: databaseNow };
}
