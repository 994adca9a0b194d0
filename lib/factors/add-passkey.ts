import { passkeys } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import type { NewPasskey } from "./verify-registration";

/**
 * Gives an account a passkey that was verified, in the caller's transaction and under the account's lock. `number`: the
 * `ways` that this makes. Errors: `conflict` (it is known here already, whosever it is).
 */
export async function addPasskey({ db }: Context, userId: string, passkey: NewPasskey, number: number): Promise<typeof passkeys.$inferSelect | Failure> {
  const [added] = await db
    .insert(passkeys)
    .values({ id: newId(), userId, number, ...passkey })
    .onConflictDoNothing({ target: passkeys.credentialId })
    .returning();
  return added ?? fail("conflict", { detail: "This passkey has been added before." });
}
