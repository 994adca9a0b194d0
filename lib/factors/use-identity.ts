import { and, eq } from "drizzle-orm";
import { databaseNow, identities } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import type { ProviderIdentity } from "./provider-identity";

/** Notes that an account was opened by it, and the address that the provider tells by now. Under the account's lock. False when it is linked to that account no more. */
export async function useIdentity({ db }: Context, userId: string, { provider, subject, email }: Pick<ProviderIdentity, "provider" | "subject" | "email">): Promise<boolean> {
  const used = await db
    .update(identities)
    .set({ lastUsedAt: databaseNow, email })
    .where(and(eq(identities.provider, provider), eq(identities.subject, subject), eq(identities.userId, userId)))
    .returning({ id: identities.id });
  return used.length > 0;
}
