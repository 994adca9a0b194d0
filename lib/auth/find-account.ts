import { and, eq, isNull } from "drizzle-orm";
import { devices, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";

export type Account = { id: string; passwordHash: string; disabled: boolean; /** The device, if this browser is known to the account. */ deviceId: string | null };

/** The account behind an e-mail key and whether it knows this browser: one statement, whether or not there is one. */
export async function findAccount(context: Context, key: string, browserId: string): Promise<Account | null> {
  const [row] = await context.db
    .select({ id: users.id, passwordHash: users.passwordHash, disabledAt: users.disabledAt, deviceId: devices.id })
    .from(users)
    .leftJoin(devices, and(eq(devices.userId, users.id), eq(devices.browserId, browserId), isNull(devices.forgottenAt)))
    .where(eq(users.emailKey, key));
  return row ? { id: row.id, passwordHash: row.passwordHash, disabled: row.disabledAt !== null, deviceId: row.deviceId } : null;
}
