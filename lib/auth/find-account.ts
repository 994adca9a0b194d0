import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import { devices, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Factors, factorColumns } from "@/lib/factors/account-factors";
import type { Settings } from "@/lib/platform/env";

export type Account = {
  id: string;
  /** None: no password opens it. */
  passwordHash: string | null;
  disabled: boolean;
  emailVerified: boolean;
  /** As it was when all of this was read. */
  ways: number;
  /** The device, if this browser is known to the account; and whether a second step was given there lately, and nothing changed since. */
  deviceId: string | null;
  deviceTrusted: boolean;
  /** Its owner wants to be asked before a device that it does not know signs in. */
  approveNewDevices: boolean;
  factors: Factors;
};

/** A condition on a device and its account: a second step is not asked for there. */
export const isTrusted = sql`${devices.trustedUntil} > statement_timestamp() and ${devices.trustedWays} = ${users.ways}`;

/** The columns of an account and of its device, if it knows the browser (`deviceOf`). */
export function accountColumns(settings: Settings) {
  return {
    id: users.id,
    passwordHash: users.passwordHash,
    ways: users.ways,
    emailVerified: users.emailVerified,
    disabledAt: users.disabledAt,
    deviceId: devices.id,
    deviceTrusted: sql<boolean>`coalesce(${isTrusted}, false)`,
    approveNewDevices: users.approveNewDevices,
    factors: factorColumns(settings),
  };
}

export function deviceOf(browserId: string): SQL | undefined {
  return and(eq(devices.userId, users.id), eq(devices.browserId, browserId), isNull(devices.forgottenAt));
}

/** The account behind an e-mail key and whether it knows this browser: one statement, whether or not there is one. */
export async function findAccount(context: Context, key: string, browserId: string): Promise<Account | null> {
  const [row] = await context.db.select(accountColumns(context.settings)).from(users).leftJoin(devices, deviceOf(browserId)).where(eq(users.emailKey, key));
  if (!row) return null;
  const { disabledAt, ...account } = row;
  return { ...account, disabled: disabledAt !== null };
}
