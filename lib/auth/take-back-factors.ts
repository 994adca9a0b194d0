import { and, eq, gte, isNull, or, type SQL, sql } from "drizzle-orm";
import { passkeys, recoveryCodes, totpFactors, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";

/**
 * Whether a second factor stands that is older than change number `number`: what was done since was proven by it, and no
 * mail undoes that (ACCOUNTS 2). A passkey is one only since its owner asks for a second step: else whoever knew the password
 * could switch that on, and hide behind a passkey that is not theirs.
 */
export async function hasOlderSecondFactor({ db }: Context, userId: string, number: number): Promise<boolean> {
  const [older] = await db
    .select({
      stands: sql<boolean>`exists (select from ${totpFactors} where ${totpFactors.userId} = ${userId} and ${totpFactors.number} < ${number})
        or (coalesce(${users.secondStepNumber} < ${number}, false) and exists (select from ${passkeys} where ${passkeys.userId} = ${userId} and ${passkeys.number} < ${number}))`,
    })
    .from(users)
    .where(eq(users.id, userId));
  return older?.stands ?? false;
}

/**
 * Takes away what change number `number` and those after it added to what opens the account, or all of it; recovery codes go
 * with the last second factor. Under the account's lock. Returns what is set in the account's row with it.
 */
export async function takeBackFactors(tx: Context, userId: string, number?: number): Promise<{ secondStepNumber?: SQL }> {
  const { db } = tx;
  const added = (column: typeof passkeys.number | typeof totpFactors.number | typeof recoveryCodes.number, ...more: SQL[]) => (number === undefined ? undefined : or(gte(column, number), ...more));
  await db.delete(totpFactors).where(and(eq(totpFactors.userId, userId), added(totpFactors.number, isNull(totpFactors.number))));
  await db.delete(passkeys).where(and(eq(passkeys.userId, userId), added(passkeys.number)));
  const hasNone = sql`not exists (select from ${totpFactors} where ${totpFactors.userId} = ${userId} union all select from ${passkeys} where ${passkeys.userId} = ${userId})`;
  await db.delete(recoveryCodes).where(and(eq(recoveryCodes.userId, userId), added(recoveryCodes.number, hasNone)));
  if (number === undefined) return { secondStepNumber: sql`null` };
  const stays = sql`${users.secondStepNumber} < ${number} and exists (select from ${passkeys} where ${passkeys.userId} = ${userId})`;
  return { secondStepNumber: sql`case when ${stays} then ${users.secondStepNumber} end` };
}
