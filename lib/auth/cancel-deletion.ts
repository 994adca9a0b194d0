import { and, eq, isNull, type SQL } from "drizzle-orm";
import { accountDeletions, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { releaseWaysBack } from "@/lib/mail/hold-ways-back";

/**
 * Takes the wish back to have an account deleted, in the caller's transaction and under the account's lock; `which`: only such a one.
 * False: there is none, or its erasure has begun.
 */
export async function cancelDeletion(tx: Context, userId: string, which?: SQL): Promise<boolean> {
  const { db } = tx;
  const taken = await db.delete(accountDeletions).where(and(eq(accountDeletions.userId, userId), isNull(accountDeletions.begunAt), which)).returning({ userId: accountDeletions.userId });
  if (taken.length === 0) return false;
  await db.update(users).set({ deletionDueAt: null }).where(eq(users.id, userId));
  await releaseWaysBack(tx, userId);
  return true;
}
