import { users } from "@/db/schema";
import { requestPicture } from "@/lib/avatars/request-gravatar";
import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { recordEvents } from "@/lib/events/record-events";
import { addIdentity } from "@/lib/factors/add-identity";
import { addPasskey } from "@/lib/factors/add-passkey";
import { providerLabel } from "@/lib/factors/provider-label";
import type { NewPasskey } from "@/lib/factors/verify-registration";
import { findReservation } from "@/lib/mail/find-reservation";
import type { KeptIdentity } from "./pending-identity";

/** `passkey`: verified, and made for this id; `identity`: verified at another provider. What opens the account where there is no password. */
export type NewAccount = { id: string; name: string; passwordHash: string | null; passkey?: NewPasskey; identity?: KeptIdentity };

/**
 * Makes an account, in the caller's transaction. It never grants a role; the picture is fetched beside the request.
 * Errors: `conflict` (the address has an account, or a link leads one back to it; the passkey or identity is known here already).
 */
export async function makeAccount(
  tx: Context,
  { id, name, passwordHash, passkey, identity, email, emailKey, emailVerified }: NewAccount & { email: string; emailKey: string; emailVerified: boolean },
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
  const linked = identity && (await addIdentity(tx, id, identity, { number: 0, isUsed: true }));
  if (isFailure(linked)) return linked;
  await recordEvents(tx, [
    { userId: id, type: "account.created", actor: "user" },
    ...(emailVerified ? [{ userId: id, type: "email.verified" as const, actor: "user" as const }] : []),
    ...(added ? [{ userId: id, type: "factor.added" as const, actor: "user" as const, detail: { what: "passkey", name: added.name } }] : []),
    ...(identity ? [{ userId: id, type: "identity.linked" as const, actor: "user" as const, detail: { provider: identity.provider, name: providerLabel(tx.settings, identity.provider) } }] : []),
  ]);
  await requestPicture(tx, id, identity);
}
