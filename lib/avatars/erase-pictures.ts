import { and, eq, lte } from "drizzle-orm";
import { avatarDeletions, avatarRequests, statementTime } from "@/db/schema";
import type { Context } from "@/lib/core/context";

/**
 * Deletes every picture of an account that is being erased, whatever became of it. Whether there may be more: an upload that was under way is
 * given the time that it may take, and then deleted by what it left for that. Rejects when the storage does not answer.
 */
export async function erasePictures({ db, storage }: Context, userId: string): Promise<boolean> {
  await db.delete(avatarRequests).where(eq(avatarRequests.userId, userId));
  await storage.deleteBelow(`avatars/${userId}/`);
  await db.delete(avatarDeletions).where(and(eq(avatarDeletions.userId, userId), lte(avatarDeletions.dueAt, statementTime)));
  const [left] = await db.select({ version: avatarDeletions.version }).from(avatarDeletions).where(eq(avatarDeletions.userId, userId)).limit(1);
  return left !== undefined;
}
