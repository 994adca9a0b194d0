import { and, eq, gt, type SQL, sql } from "drizzle-orm";
import { outgoingMails, secondStepGuesses, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { inTransaction } from "@/lib/core/transaction";
import { recordEvents } from "@/lib/events/record-events";
import { providerLabel } from "@/lib/factors/provider-label";
import { queueMail } from "@/lib/mail/queue-mail";
import { publish } from "@/lib/notifications/publish";
import { dropCachedUser } from "@/lib/users/cached-user";
import { doneBy } from "./asked-by";
import { type FactorGuess, isAfter, providerOf, timesOfLastHour } from "./factor-guess";
import { forgetWrongGuesses } from "./forget-wrong-guesses";

/** Wrong ones before the owner is told, and without a right one on devices that the account does not know before the password counts as known to others. */
const TOLD_AFTER = 5;
export const COMPROMISED_AFTER = 30;

type UserRow = typeof users.$inferSelect;
type Where = Pick<FactorGuess, "way" | "deviceKnown" | "stepUp">;

/**
 * After a wrong second step on a device that the account does not know: whoever guesses there has given the password. Its
 * owner is told, once an hour; and in the end the password is refused (ACCOUNTS 4), until a link sets another. Where there is no
 * mail nobody could be told, and the way only rests. Whoever guesses in a step-up has a session, and may do so slowly: its owner is
 * told of those since a right one, whenever they were. After another provider's word nothing is known of the password: that provider
 * opens the account no more on such devices (`isProviderRefused`).
 */
export async function watchWrongGuesses(context: Context, { userId, ...where }: Pick<FactorGuess, "userId"> & Where): Promise<void> {
  const { way, deviceKnown, stepUp } = where;
  const provider = providerOf(way);
  if ((deviceKnown && !stepUp) || context.mailer === null) return;
  let isRefused = false;
  await inTransaction(context, async (tx) => {
    const [user] = await tx.db.select().from(users).where(eq(users.id, userId)).for("no key update");
    if (!user) return;
    const { lastHour, sinceSuccess } = await wrongOnes(tx, userId, where);
    const guesses = stepUp ? sinceSuccess : lastHour;
    const isTooMany = !stepUp && sinceSuccess >= COMPROMISED_AFTER;
    if (isTooMany && provider === null && user.passwordHash !== null) {
      await refusePassword(tx, user);
      isRefused = true;
    } else if (guesses >= TOLD_AFTER) {
      const facts = { ...(stepUp && { inSession: true }), ...(provider !== null && { provider: providerLabel(tx.settings, provider), ...(isTooMany && { isRefused: true }) }) };
      if (!(await wasTold(tx, userId, facts))) await queueMail(tx, { kind: "second_step_guesses", userId, facts: { done: doneBy(tx), guesses, ...facts } });
    }
  });
  if (!isRefused) return;
  await dropCachedUser(context, userId);
  await publish(context, userId, { type: "factors.changed" });
}

/** Of all ways together, after the same first proof. */
async function wrongOnes({ db }: Context, userId: string, where: Where): Promise<{ lastHour: number; sinceSuccess: number }> {
  const [row] = await db
    .select({ lastHour: sql<number>`coalesce(sum((select count(*) ${timesOfLastHour})), 0)::int`, sinceSuccess: sql<number>`coalesce(sum(${secondStepGuesses.sinceSuccess}), 0)::int` })
    .from(secondStepGuesses)
    .where(isOf(userId, where));
  return row ?? { lastHour: 0, sinceSuccess: 0 };
}

function isOf(userId: string, { way, deviceKnown, stepUp }: Where): SQL | undefined {
  return and(eq(secondStepGuesses.userId, userId), eq(secondStepGuesses.deviceKnown, deviceKnown), eq(secondStepGuesses.stepUp, stepUp), isAfter(providerOf(way)));
}

/** The same within the hour. */
async function wasTold({ db }: Context, userId: string, same: object): Promise<boolean> {
  const lately = gt(outgoingMails.createdAt, sql`statement_timestamp() - interval '1 hour'`);
  const [mail] = await db.select({ id: outgoingMails.id }).from(outgoingMails).where(and(eq(outgoingMails.userId, userId), eq(outgoingMails.kind, "second_step_guesses"), sql`${outgoingMails.facts} - 'done' - 'guesses' = ${JSON.stringify(same)}::jsonb`, lately)).limit(1);
  return mail !== undefined;
}

/** It changes what opens the account, so whatever is under way comes to nothing; the next password is counted anew. */
async function refusePassword(tx: Context, { id: userId, ways }: UserRow): Promise<void> {
  await forgetWrongGuesses(tx, userId);
  await tx.db.update(users).set({ passwordHash: null, ways: ways + 1 }).where(eq(users.id, userId));
  await recordEvents(tx, [{ userId, type: "password.compromised", actor: "system" }]);
  await queueMail(tx, { kind: "password_compromised", userId, facts: { done: doneBy(tx) } });
}
