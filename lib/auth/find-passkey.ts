import { eq } from "drizzle-orm";
import { devices, passkeys, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Account, accountColumns, deviceOf } from "./find-account";

/** A passkey, and the account that it opens as it stood at the same moment. */
export type FoundPasskey = { key: typeof passkeys.$inferSelect; account: Account & { email: string; emailKey: string } };

/** By what its authenticator calls it: one statement, whether or not there is one. */
export async function findPasskey(context: Context, credentialId: string, browserId: string): Promise<FoundPasskey | null> {
  const [row] = await context.db
    .select({ key: passkeys, ...accountColumns(context.settings), email: users.email, emailKey: users.emailKey })
    .from(passkeys)
    .innerJoin(users, eq(users.id, passkeys.userId))
    .leftJoin(devices, deviceOf(browserId))
    .where(eq(passkeys.credentialId, credentialId));
  if (!row) return null;
  const { key, disabledAt, ...account } = row;
  return { key, account: { ...account, disabled: disabledAt !== null } };
}
