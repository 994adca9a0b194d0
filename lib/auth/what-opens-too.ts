import { eq } from "drizzle-orm";
import { users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { factorColumns } from "@/lib/factors/account-factors";
import { listPasskeys } from "@/lib/factors/list-passkeys";
import type { Passkey } from "@/lib/factors/schema";
import { secondStepOf } from "@/lib/factors/second-step";

/** What a new password leaves as it was (ACCOUNTS 6). */
export type OpensToo = { passkeys: Passkey[]; secondStep: boolean };

/** For whoever has just set an account's password by its link. */
export async function whatOpensToo(context: Context, userId: string): Promise<OpensToo> {
  const [[account], passkeys] = await Promise.all([context.db.select(factorColumns(context.settings)).from(users).where(eq(users.id, userId)), listPasskeys(context, userId)]);
  return { passkeys, secondStep: account !== undefined && secondStepOf(account) !== null };
}
