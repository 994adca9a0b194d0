import { users } from "@/db/schema";
import { requestGravatar } from "@/lib/avatars/request-gravatar";
import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { recordEvents } from "@/lib/events/record-events";
import { addPasskey } from "@/lib/factors/add-passkey";
import type { NewPasskey } from "@/lib/factors/verify-registration";
import { findReservation } from "@/lib/mail/find-reservation";

/** `passkey`: verified, and made for this id; what opens the account where there is no password. */
export type NewAccount = { id: string; name: string; passwordHash: string | null; passkey?: NewPasskey };

/**
 * Makes an account, in the caller's transaction. It never grants a role; the picture is fetched beside the request.
 * Errors: `conflict` (the address has an account, or a link leads one back to it; the passkey is known here already).
 */
export async function makeAccount(
  tx: Context,
  { id, name, passwordHash, passkey, email, emailKey, emailVerified }: NewAccount & { email: string; emailKey: string; emailVerified: boolean },
): Promise<Failure | void> {
  const made = await tx.db
    .insert(users)
    .values({ id, email, emailKey, name, passwordHash, emailVerified })
    .onConflictDoNothing({ target: users.emailKey })
    .returning({ id: users.id });
  // Looked for afterwards: whoever gives the address up while this waits for it reserves it in the same transaction.
  if (made.length === 0 || (await findReservation(tx, emailKey, null))) return fail("conflict", { errors: [{ path: "email", message: "has an account already" }] });
  const added = passkey && (await addPasskey(tx, id, passkey, 0));
  if (isFailure(added)) return added;
  await recordEvents(tx, [
    { userId: id, type: "account.created", actor: "user" },
    ...(emailVerified ? [{ userId: id, type: "email.verified" as const, actor: "user" as const }] : []),
    ...(added ? [{ userId: id, type: "factor.added" as const, actor: "user" as const, detail: { what: "passkey", name: added.name } }] : []),
  ]);
  await requestGravatar(tx, id);
}
