import { eq } from "drizzle-orm";
import { users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { factorColumns } from "@/lib/factors/account-factors";
import { listIdentities } from "@/lib/factors/list-identities";
import { listPasskeys } from "@/lib/factors/list-passkeys";
import type { Identity, Passkey } from "@/lib/factors/schema";
import { secondStepOf } from "@/lib/factors/second-step";

/** What a new password leaves as it was (ACCOUNTS 6). */
export type OpensToo = { passkeys: Passkey[]; identities: Identity[]; secondStep: boolean };

/** For whoever has just set an account's password by its link. */
export async function whatOpensToo(context: Context, userId: string): Promise<OpensToo> {
  const account = context.db.select(factorColumns(context.settings)).from(users).where(eq(users.id, userId));
  const [[factors], passkeys, linked] = await Promise.all([account, listPasskeys(context, userId), listIdentities(context, userId)]);
  const identities = linked.filter(({ provider }) => factors?.providers.includes(provider));
  return { passkeys, identities, secondStep: factors !== undefined && secondStepOf(factors) !== null };
}
