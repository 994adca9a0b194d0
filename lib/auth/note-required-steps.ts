import { and, asc, inArray, isNull, sql } from "drizzle-orm";
import { passkeys, users } from "@/db/schema";
import { isRequiredOf } from "@/lib/access/second-factor-required";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { inTransaction } from "@/lib/core/transaction";

/** Accounts that one transaction locks at most. */
const BATCH = 500;

/**
 * Where `REQUIRE_SECOND_FACTOR` newly names a role, an account of it that has a passkey is asked for a second step from then on. That is noted
 * like a change of the account (ACCOUNTS 2): what was proven by less comes to nothing, and what a second step confirms from then on is undone by no
 * older mail. Where it is noted already nothing changes.
 */
export async function noteRequiredSteps(context: Context): Promise<void> {
  if (context.settings.REQUIRE_SECOND_FACTOR.length === 0) return;
  while ((await noteSome(context)) === BATCH);
}

async function noteSome(context: Context): Promise<number> {
  const found = await inTransaction(context, async ({ db, settings }) => {
    const withPasskey = inArray(users.id, db.select({ id: passkeys.userId }).from(passkeys));
    const unnoted = and(isRequiredOf(settings), isNull(users.secondStepSince), withPasskey);
    const locked = await db.select({ id: users.id }).from(users).where(unnoted).orderBy(asc(users.id)).limit(BATCH).for("no key update");
    const ids = locked.map(({ id }) => id);
    // Read again under the locks: the last passkey may have gone while this waited.
    if (ids.length > 0) await db.update(users).set({ ways: sql`${users.ways} + 1`, secondStepSince: sql`${users.ways} + 1` }).where(and(inArray(users.id, ids), unnoted));
    return ids.length;
  });
  return isFailure(found) ? 0 : found;
}
