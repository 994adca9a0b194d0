import { databaseNow, identities } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { providerLabel } from "./provider-label";
import type { ProviderIdentity } from "./provider-identity";

export type IdentityRow = typeof identities.$inferSelect;

/**
 * Gives an account what was verified at another provider, in the caller's transaction and under the account's lock. `number`:
 * the `ways` that this makes; `isUsed`: it opens the account there and then. Errors: `conflict` (it is known here already, whosever it is).
 */
export async function addIdentity({ db, settings }: Context, userId: string, { provider, subject, email }: Pick<ProviderIdentity, "provider" | "subject" | "email">, { number, isUsed }: { number: number; isUsed: boolean }): Promise<IdentityRow | Failure> {
  const [added] = await db
    .insert(identities)
    .values({ id: newId(), userId, provider, subject, email, number, lastUsedAt: isUsed ? databaseNow : null })
    .onConflictDoNothing({ target: [identities.provider, identities.subject] })
    .returning();
  return added ?? fail("conflict", { detail: `This account of ${providerLabel(settings, provider)} is linked already, here or to another account.` });
}
