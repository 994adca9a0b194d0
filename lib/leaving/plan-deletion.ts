import { sql } from "drizzle-orm";
import { accountDeletions, type users } from "@/db/schema";
import { isLastAdministrator } from "@/lib/access/last-administrator";
import type { UserContext } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { iso } from "@/lib/core/time";
import { recordEvents } from "@/lib/events/record-events";
import type { Done } from "@/lib/mail/kinds";
import { addressesLedTo } from "@/lib/mail/find-reservation";
import { holdWaysBack } from "@/lib/mail/hold-ways-back";
import { queueMail } from "@/lib/mail/queue-mail";

/** `done`: when and where its owner asked; null where an administrator did. */
type Planning = { user: typeof users.$inferSelect; done: Done | null };

/**
 * Has an account erased in `ACCOUNT_DELETION_DAYS`, with its event and mails (one more to each address that it can be led back to: who changed it may be a thief); when that is, to be set in its row. In the
 * caller's transaction, under the account's lock and that of all changes of access. Errors: `conflict` (the last administrator, or it is being erased already).
 */
export async function planDeletion(tx: UserContext, { user, done }: Planning): Promise<Date | Failure> {
  if (await isLastAdministrator(tx, user)) return fail("conflict", { detail: "This is the last administrator. Give somebody else that role first, under Users." });
  const askedBy = done ? "user" : "admin";
  const dueAt = sql`date_trunc('milliseconds', clock_timestamp()) + make_interval(days => ${tx.settings.ACCOUNT_DELETION_DAYS})`;
  const [planned] = await tx.db.insert(accountDeletions).values({ userId: user.id, askedBy, dueAt }).onConflictDoNothing().returning({ dueAt: accountDeletions.dueAt });
  if (!planned) return fail("conflict", { detail: "This account is being deleted." });
  const final = tx.settings.ACCOUNT_DELETION_DAYS === 0 ? "at_once" : user.disabledAt !== null && "disabled";
  const told = { dueAt: iso(planned.dueAt) };
  await recordEvents(tx, [{ userId: user.id, type: "deletion.asked", actor: askedBy, sessionId: tx.actor.sessionId, detail: told }]);
  // Whoever asked may be a thief: what takes it back must be there as long as there is something to take back.
  if (done) await holdWaysBack(tx, user.id, planned.dueAt);
  const before = await addressesLedTo(tx, user.id);
  for (const address of new Set([user.email, ...before])) await queueMail(tx, { kind: "deletion_asked", userId: user.id, address, facts: { done, ...told, ...(final && { final }) } });
  return planned.dueAt;
}
