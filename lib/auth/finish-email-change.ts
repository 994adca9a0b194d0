import { and, eq, lte } from "drizzle-orm";
import { outgoingMails, users } from "@/db/schema";
import type { Context, UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { isTaken } from "@/lib/core/outage";
import { recordEvents } from "@/lib/events/record-events";
import { secondStepOf } from "@/lib/factors/second-step";
import { findReservation } from "@/lib/mail/find-reservation";
import { isGoodLink } from "@/lib/mail/link-token";
import { queueMail } from "@/lib/mail/queue-mail";
import type { User } from "@/lib/users/schema";
import { userView } from "@/lib/users/user-view";
import { askedBy, doneBy } from "./asked-by";
import type { AttemptRow } from "./attempt-row";
import { changeWays } from "./change-ways";
import { finishAttempt } from "./finish-attempt";
import { isCommitted } from "./is-committed";
import { mayMailStranger } from "./mail-budgets";
import { overBudget } from "./over-budget";
import type { OwnSession } from "./own-session";
import { refuseUnproven } from "./require-proof";
import type { RightProof } from "./right-proof";

const CHANGED = "Your address is confirmed, and it is your account’s now; you need not try again.";

/**
 * Gives the account the address whose code was typed, in the name of the session that asked: it must still be live, its
 * step-up still young, and nothing else changed since. The address before it is told, with the way back, and stays
 * reserved while that leads there. One that the account has already is only proven.
 * Errors: `attempt_over`, `proof_required`, `conflict` (it got an account meanwhile), `unavailable` (nothing was done,
 * or it stands and is not acknowledged yet: its detail says so).
 */
export async function finishEmailChange(context: Context, attempt: AttemptRow, right: RightProof): Promise<User | Failure> {
  const { userId, sessionId } = attempt;
  if (userId === null || sessionId === null) return fail("attempt_over");
  const owner: UserContext = { ...context, actor: { kind: "user", userId, sessionId } };
  let now: User | null = null;
  try {
    const changed = await changeWays(owner, {
      async change(tx, own) {
        const columns = await change(tx, own, attempt, right);
        now = userView(context.settings, { ...own.user, email: attempt.email, emailVerified: true });
        return columns;
      },
    });
    // The attempt is done with: who tried again would be told that it is over.
    if (isFailure(changed) && isCommitted(changed)) return { ...changed, detail: CHANGED };
    if (isFailure(changed)) return changed.failure === "unauthenticated" ? fail("attempt_over") : changed;
  } catch (error) {
    if (isTaken(error)) return taken();
    throw error;
  }
  return now ?? fail("attempt_over");
}

async function change(tx: UserContext, own: OwnSession, attempt: AttemptRow, right: RightProof): Promise<object | Failure> {
  const { user } = own;
  if (user.ways !== attempt.ways) return fail("attempt_over");
  const isNew = attempt.emailKey !== user.emailKey;
  const refused = (isNew && refuseUnproven(own, "when it began")) || (await finishAttempt(tx, attempt, right));
  if (refused) return refused;
  const { sessionId } = tx.actor;
  await recordEvents(tx, [
    ...(isNew ? [{ userId: user.id, type: "email.changed" as const, sessionId, detail: { email: { from: user.email, to: attempt.email } } }] : []),
    ...(user.emailVerified ? [] : [{ userId: user.id, type: "email.verified" as const, sessionId }]),
  ]);
  if (!isNew) return { email: attempt.email, emailVerified: true };
  await tell(tx, own, attempt);
  // Last, for it takes a stronger lock. And looked for afterwards: whoever gives the address up while this waits for it reserves it in the same transaction.
  await tx.db.update(users).set({ email: attempt.email, emailKey: attempt.emailKey }).where(eq(users.id, user.id));
  if (await findReservation(tx, attempt.emailKey, user.id)) return taken();
  return { emailVerified: true };
}

/**
 * No way back from a change that a second step was given for: its mail leads to signing everybody out, and undoes nothing. Nor to an
 * address that nobody has proven, which may be a stranger's, who would get the account.
 */
async function tell(tx: UserContext, { user, factors }: OwnSession, { email: newEmail }: AttemptRow): Promise<void> {
  const about = { sessionId: tx.actor.sessionId };
  const facts = { done: doneBy(tx), newEmail };
  const before = { userId: user.id, address: user.email, about };
  const number = user.ways + 1;
  if (!user.emailVerified) await tellUnproven(tx, before, { user, newEmail });
  else if (secondStepOf(factors)) {
    await queueMail(tx, { kind: "email_changed_notice", ...before, facts: { ...facts, sentTo: "old" }, wayBack: { number } });
    await reserveForOlderLinks(tx, user);
  } else await queueMail(tx, { kind: "email_changed", ...before, facts, wayBack: { number, reserves: user.emailKey } });
  await queueMail(tx, { kind: "email_changed_notice", userId: user.id, address: newEmail, facts: { ...facts, sentTo: "new" }, about });
}

/**
 * It may be the owner's all the same, whose account somebody took before it was proven. Within the budget of strangers: whoever
 * makes accounts with another's address could change the address of each.
 */
async function tellUnproven(tx: UserContext, before: { userId: string; address: string }, { user, newEmail }: { user: OwnSession["user"]; newEmail: string }): Promise<void> {
  const kind = "email_changed_notice";
  if (!(await mayMailStranger(tx, "code", user.emailKey, tx.request.address))) return void overBudget(tx, { kind });
  await queueMail(tx, { kind, ...before, facts: { done: { ...askedBy(tx), address: null }, newEmail, sentTo: "unproven" } });
}

/**
 * Links that go back to before the second step lead to the address too: it may be a thief's own app that the change was
 * confirmed with, and the mails from before that are the owner's.
 */
async function reserveForOlderLinks({ db }: UserContext, { id, email, emailKey, secondStepSince }: OwnSession["user"]): Promise<void> {
  if (secondStepSince === null) return;
  const older = and(eq(outgoingMails.userId, id), eq(outgoingMails.address, email), lte(outgoingMails.number, secondStepSince), isGoodLink);
  await db.update(outgoingMails).set({ reserves: emailKey }).where(older);
}

function taken(): Failure {
  return fail("conflict", { errors: [{ path: "email", message: "has an account already" }] });
}
