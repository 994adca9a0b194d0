import { eq, inArray, or, sql } from "drizzle-orm";
import { attempts } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { forgetLimits } from "@/lib/rate-limits/forget-limits";
import { keysOfAccount } from "./attempt-limits";
import { mailKeysOf } from "./mail-budgets";

const BATCH = 500;

/**
 * Forgets what was under way of an account that is being erased, or with one of its addresses, and what counts for it by name alone: counts for a name at a network
 * lapse within the hour, under a digest. A batch a call; whether there may be more. Rejects without a trusted Redis.
 */
export async function eraseAttempts(context: Context, userId: string, emailKeys: readonly string[]): Promise<boolean> {
  const { db } = context;
  const some = db.select({ id: attempts.id }).from(attempts).where(or(eq(attempts.userId, userId), inArray(attempts.emailKey, [...emailKeys]))).limit(BATCH);
  const done = await db.delete(attempts).where(sql`${attempts.id} = any(array(${some}))`).returning({ id: attempts.id });
  await forgetLimits(context, emailKeys.flatMap((key) => [...keysOfAccount(userId, key), ...mailKeysOf(userId, key)]));
  return done.length === BATCH;
}
