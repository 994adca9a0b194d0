import type { users } from "@/db/schema";
import type { Context, UserContext } from "@/lib/core/context";
import { recordEvents } from "@/lib/events/record-events";
import type { IdentityRow } from "@/lib/factors/add-identity";
import { providerLabel } from "@/lib/factors/provider-label";
import { queueMail } from "@/lib/mail/queue-mail";
import { doneBy } from "./asked-by";
import type { OwnSession } from "./own-session";

type Linked = {
  user: Pick<typeof users.$inferSelect, "id" | "email">;
  sessionId: string;
  identity: IdentityRow;
  /** The change that it was. */
  number: number;
  /** A second step confirmed it: no mail takes it away again. */
  isKept: boolean;
};

/** Writes down that an account at another provider was linked, and tells the owner, with the way back; in the transaction that links it. */
export async function tellOfLinked(tx: Context, { user, sessionId, identity, number, isKept }: Linked): Promise<void> {
  const label = providerLabel(tx.settings, identity.provider);
  await recordEvents(tx, [{ userId: user.id, type: "identity.linked", sessionId, detail: { provider: identity.provider, name: label } }]);
  const facts = { done: doneBy(tx), provider: label, email: identity.email, isKept };
  await queueMail(tx, { kind: "identity_linked", userId: user.id, address: user.email, facts, wayBack: { number }, about: { sessionId, identityId: identity.id } });
}

/** The same of one that was taken away. */
export async function tellOfUnlinked(tx: UserContext, { user }: Pick<OwnSession, "user">, provider: string): Promise<void> {
  const { sessionId } = tx.actor;
  const name = providerLabel(tx.settings, provider);
  await recordEvents(tx, [{ userId: user.id, type: "identity.unlinked", sessionId, detail: { provider, name } }]);
  await queueMail(tx, { kind: "factor_removed", userId: user.id, address: user.email, facts: { done: doneBy(tx), what: "identity", name }, about: { sessionId } });
}
