import { eq } from "drizzle-orm";
import { recoveryCodes } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import type { Factors } from "@/lib/factors/account-factors";
import { secondStepOf } from "@/lib/factors/second-step";

/**
 * What goes with a factor that is removed, in its transaction: recovery codes where nothing asks for a second step any more,
 * and the wish for one where nothing is left to give it by. `left`: the factors as they will be. Returns what is set in the account's row.
 */
export async function settleSecondStep({ db, actor: { userId } }: UserContext, left: Factors): Promise<{ secondStep?: false }> {
  if (secondStepOf(left) === null) await db.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
  return left.passkeys === 0 && !left.totp ? { secondStep: false } : {};
}
