import { and, eq } from "drizzle-orm";
import { devices, identities, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import type { ProviderIdentity } from "@/lib/factors/provider-identity";
import { type Account, accountColumns, deviceOf } from "./find-account";

export type LinkedAccount = Account & { email: string };

/** The account that an identity at another provider is linked to, as it stands: one statement, whether or not there is one. */
export async function findIdentity(context: Context, { provider, subject }: Pick<ProviderIdentity, "provider" | "subject">, browserId: string): Promise<LinkedAccount | null> {
  const [row] = await context.db
    .select({ ...accountColumns(context.settings), email: users.email })
    .from(identities)
    .innerJoin(users, eq(users.id, identities.userId))
    .leftJoin(devices, deviceOf(browserId))
    .where(and(eq(identities.provider, provider), eq(identities.subject, subject)));
  if (!row) return null;
  const { disabledAt, ...account } = row;
  return { ...account, disabled: disabledAt !== null };
}
