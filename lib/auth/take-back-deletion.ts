import { and, eq, gte } from "drizzle-orm";
import { accountDeletions, type users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { recordEvents } from "@/lib/events/record-events";
import { queueMail } from "@/lib/mail/queue-mail";
import { doneBy } from "./asked-by";
import { cancelDeletion } from "./cancel-deletion";

/**
 * Keeps an account whose deletion a session of it asked for, since then if `since` is given: it may have been a thief's, and the
 * account is its owner's again. Asked for anew it costs its owner a minute, so this goes by no second step. What an administrator
 * asked for stands. Under the account's lock; `email` is the address as it is from now on, to which it is told.
 */
export async function takeBackDeletion(tx: Context, { id: userId }: Pick<typeof users.$inferSelect, "id">, { email, since }: { email: string; since?: Date }): Promise<void> {
  const which = and(eq(accountDeletions.askedBy, "user"), since && gte(accountDeletions.askedAt, since));
  if (!(await cancelDeletion(tx, userId, which))) return;
  await recordEvents(tx, [{ userId, type: "deletion.cancelled", actor: "user" }]);
  await queueMail(tx, { kind: "deletion_cancelled", userId, address: email, facts: { done: doneBy(tx), takenBack: true } });
}
