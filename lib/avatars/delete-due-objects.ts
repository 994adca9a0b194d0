import { asc, eq, inArray, lte, sql } from "drizzle-orm";
import { avatarDeletions, statementTime } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { isStorageDown } from "@/lib/core/outage";
import { avatarKey } from "@/lib/users/avatar-image";
import { avatarSizes } from "./schema";

const AT_ONCE = 10;

/**
 * Deletes the objects of versions that nobody shows any more. Taking a row up counts a try, after which the version
 * can never be shown; it goes only when all its objects are gone, and is due again (10 s, 20 s … an hour) until then.
 * How many were taken up, and how many of them are gone.
 */
export async function deleteDueObjects(context: Context): Promise<{ taken: number; deleted: number }> {
  const due = context.db
    .select({ version: avatarDeletions.version })
    .from(avatarDeletions)
    .where(lte(avatarDeletions.dueAt, statementTime))
    .orderBy(asc(avatarDeletions.dueAt))
    .limit(AT_ONCE)
    .for("update", { skipLocked: true });
  const taken = await context.db
    .update(avatarDeletions)
    .set({
      tries: sql`${avatarDeletions.tries} + 1`,
      dueAt: sql`clock_timestamp() + make_interval(secs => least(10 * power(2, least(${avatarDeletions.tries}, 10)), 3600))`,
    })
    .where(inArray(avatarDeletions.version, due))
    .returning();
  const gone = await Promise.all(taken.map((row) => deleteVersion(context, row)));
  return { taken: taken.length, deleted: gone.filter(Boolean).length };
}

async function deleteVersion(context: Context, { version, userId }: typeof avatarDeletions.$inferSelect): Promise<boolean> {
  try {
    for (const size of avatarSizes) await context.storage.delete(avatarKey(userId, version, size));
  } catch (error) {
    if (!isStorageDown(error)) throw error;
    context.log.warn({ cause: String(error), version }, "avatars: objects could not be deleted yet");
    return false;
  }
  await context.db.delete(avatarDeletions).where(eq(avatarDeletions.version, version));
  return true;
}
