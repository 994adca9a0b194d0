import type { UserContext } from "@/lib/core/context";
import { recordEvents } from "@/lib/events/record-events";
import { secondStepOf } from "@/lib/factors/second-step";
import type { FactorName } from "@/lib/mail/kinds";
import { queueMail } from "@/lib/mail/queue-mail";
import { doneBy } from "./asked-by";
import type { OwnSession } from "./own-session";

/** `name`: of a passkey, else null. */
type Told = { what: FactorName; name: string | null };

/**
 * Writes down that a factor was added, and tells its owner, in the transaction that adds it: `own` as it was before. While no
 * second step is on the mail carries the way back, to before it: a password may be all that it was added with. Where one is, whoever
 * adds something was asked for that.
 */
export async function tellOfAdded(tx: UserContext, { user, factors }: OwnSession, { what, name }: Told): Promise<void> {
  const { sessionId } = tx.actor;
  const isOpen = secondStepOf(factors) === null;
  await recordEvents(tx, [{ userId: user.id, type: "factor.added", sessionId, detail: { what, ...(name !== null && { name }) } }]);
  const facts = { done: doneBy(tx), what, name };
  await queueMail(tx, { kind: "factor_added", userId: user.id, address: user.email, facts, ...(isOpen && { wayBack: { number: user.ways + 1 } }), about: { sessionId } });
}

/** The same of one that was removed. */
export async function tellOfRemoved(tx: UserContext, { user }: OwnSession, { what, name }: Told): Promise<void> {
  const { sessionId } = tx.actor;
  await recordEvents(tx, [{ userId: user.id, type: "factor.removed", sessionId, detail: { what, ...(name !== null && { name }) } }]);
  await queueMail(tx, { kind: "factor_removed", userId: user.id, address: user.email, facts: { done: doneBy(tx), what, name }, about: { sessionId } });
}
