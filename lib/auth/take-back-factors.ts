import { and, eq, gte, inArray, isNull, or, type SQL, sql } from "drizzle-orm";
import { identities, passkeys, recoveryCodes, totpFactors, type users } from "@/db/schema";
import type { Context } from "@/lib/core/context";

type UserRow = typeof users.$inferSelect;

/**
 * Whether a second step was asked for since before change number `number`, without a break: what was done since was proven by it,
 * and no mail undoes that (ACCOUNTS 2). It goes by the step and not by a factor, which its owner may have replaced since.
 */
export function hasOlderSecondStep({ secondStepSince }: Pick<UserRow, "secondStepSince">, number: number): boolean {
  return secondStepSince !== null && secondStepSince < number;
}

/**
 * Takes away what change number `number` and those after it added to what opens the account or asks for less, or all of it;
 * recovery codes go with the last second factor. Under the account's lock, where no second step is older: so none is left.
 * Returns what is set in the account's row with it.
 */
export async function takeBackFactors({ db }: Context, { id: userId, approvalOffNumber }: UserRow, number?: number): Promise<Partial<UserRow>> {
  const added = (column: typeof passkeys.number | typeof totpFactors.number | typeof recoveryCodes.number, ...more: SQL[]) => (number === undefined ? undefined : or(gte(column, number), ...more));
  await db.delete(totpFactors).where(and(eq(totpFactors.userId, userId), added(totpFactors.number, isNull(totpFactors.number))));
  await db.delete(passkeys).where(and(eq(passkeys.userId, userId), added(passkeys.number)));
  const hasNone = sql`not exists (select from ${totpFactors} where ${totpFactors.userId} = ${userId} union all select from ${passkeys} where ${passkeys.userId} = ${userId})`;
  await db.delete(recoveryCodes).where(and(eq(recoveryCodes.userId, userId), added(recoveryCodes.number, hasNone)));
  const wasAskedBefore = number !== undefined && approvalOffNumber !== null && approvalOffNumber >= number;
  return { secondStep: false, secondStepSince: null, ...(wasAskedBefore && { approveNewDevices: true, approvalOffNumber: null }) };
}

/**
 * The same of what is linked at other providers, and of these besides. Apart: it is no second step, and stays where only that is
 * taken off. Returns whose they were, by the names of the providers.
 */
export async function takeBackIdentities({ db }: Context, userId: string, number?: number, besides: readonly { id: string }[] = []): Promise<string[]> {
  const ids = besides.map(({ id }) => id);
  const which = number === undefined ? undefined : or(gte(identities.number, number), inArray(identities.id, ids));
  const taken = await db.delete(identities).where(and(eq(identities.userId, userId), which)).returning({ provider: identities.provider });
  return taken.map(({ provider }) => provider);
}
