import { and, eq } from "drizzle-orm";
import { attempts, databaseNow, users } from "@/db/schema";
import { doneBy } from "@/lib/auth/asked-by";
import { type AttemptCredential, type AttemptRow, isOpen, readAttempt } from "@/lib/auth/attempt-row";
import { completeSignIn, isBegunAttempt, type SigningBrowser } from "@/lib/auth/complete-sign-in";
import type { ProvenSignIn } from "@/lib/auth/prove-attempt";
import { sealedFacts } from "@/lib/auth/sealed-account";
import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import type { UnusualRule } from "@/lib/core/unusual-rule";
import { recordEvents } from "@/lib/events/record-events";
import { queueMail } from "@/lib/mail/queue-mail";
import { publishAttempt } from "@/lib/notifications/publish";
import { cancelDeletion } from "@/lib/auth/cancel-deletion";

/**
 * Keeps an account that was to be deleted: the end of a sign-in in which everything was proven (`completeSignIn` writes such an
 * attempt in place of a session). Signs in, tells it by mail. Errors: `attempt_over`, also where a way in was changed since, where it was kept
 * in another window, and where its erasure has begun.
 */
export async function keepAccount(visitor: Context, credential: AttemptCredential | null, { prior }: Pick<SigningBrowser, "prior">): Promise<ProvenSignIn | Failure> {
  // Who holds an attempt is whose it is, and not whoever else is signed in in that browser.
  const context: Context = { ...visitor, actor: { kind: "anonymous" } };
  const attempt = await readAttempt(context, credential);
  if (isFailure(attempt)) return attempt;
  const { userId, ways } = attempt;
  if (!attempt.keeps || userId === null || ways === null) return fail("attempt_over");
  const facts = sealedFacts(context, attempt);
  // No key opens it any more: then nobody knows what it was worth.
  if (facts === null && attempt.sealed !== null) return fail("attempt_over");
  const { app, pending, isWeak = false } = facts ?? {};
  const begun = await completeSignIn(
    context,
    {
      userId,
      ways,
      keeps: true,
      isWeak,
      // It wanted to be linked, and is not: that is done from `/security`.
      identity: pending?.does === "link" ? undefined : pending?.identity,
      under: (tx) => keep(tx, attempt, userId),
      ...(!attempt.deviceKnown && { newDevice: { rules: attempt.rules as UnusualRule[] } }),
    },
    { browserId: attempt.browserId, prior },
    { remember: attempt.remember, client: attempt.client, device: app },
  );
  if (isFailure(begun)) return begun.failure === "invalid_credentials" ? fail("attempt_over") : begun;
  if (isBegunAttempt(begun)) throw new Error("everything was asked before");
  await publishAttempt(context, attempt.id);
  return { begun, of: attempt };
}

/** Of two who press at once one finds the attempt open. */
async function keep(tx: Context, { id }: AttemptRow, userId: string): Promise<Failure | void> {
  const finished = await tx.db.update(attempts).set({ finishedAt: databaseNow, sealed: null }).where(and(eq(attempts.id, id), isOpen)).returning({ id: attempts.id });
  if (finished.length === 0 || !(await cancelDeletion(tx, userId))) return fail("attempt_over");
  const [user] = await tx.db.select({ email: users.email }).from(users).where(eq(users.id, userId));
  await recordEvents(tx, [{ userId, type: "deletion.cancelled" }]);
  await queueMail(tx, { kind: "deletion_cancelled", userId, ...(user && { address: user.email }), facts: { done: doneBy(tx) } });
}
