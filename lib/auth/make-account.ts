import { users } from "@/db/schema";
import { requestGravatar } from "@/lib/avatars/request-gravatar";
import type { Context } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { recordEvents } from "@/lib/events/record-events";
import { findReservation } from "@/lib/mail/find-reservation";

export type NewAccount = { id: string; name: string; passwordHash: string };

/**
 * Makes an account, in the caller's transaction. It never grants a role; the picture is fetched beside the request.
 * Errors: `conflict` (the address has an account, or a link leads one back to it).
 */
export async function makeAccount(
  tx: Context,
  { id, name, passwordHash, email, emailKey, emailVerified }: NewAccount & { email: string; emailKey: string; emailVerified: boolean },
): Promise<Failure | void> {
  const made = await tx.db
    .insert(users)
    .values({ id, email, emailKey, name, passwordHash, emailVerified })
    .onConflictDoNothing({ target: users.emailKey })
    .returning({ id: users.id });
  // Looked for afterwards: whoever gives the address up while this waits for it reserves it in the same transaction.
  if (made.length === 0 || (await findReservation(tx, emailKey, null))) return fail("conflict", { errors: [{ path: "email", message: "has an account already" }] });
  await recordEvents(tx, [{ userId: id, type: "account.created", actor: "user" }, ...(emailVerified ? [{ userId: id, type: "email.verified" as const, actor: "user" as const }] : [])]);
  await requestGravatar(tx, id);
}
