import { sql } from "drizzle-orm";
import { avatarDeletions } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { newId } from "@/lib/core/ids";
import { avatarKey } from "@/lib/users/avatar-image";
import type { AvatarFiles } from "./encode-sizes";
import { type AvatarSize, avatarSizes } from "./schema";

/** A version whose objects are stored, and what each weighs in bytes. */
export type StoredVersion = { version: string; sizes: Record<AvatarSize, number> };

/**
 * Longer than any request lives and any PUT can be under way: whoever dies between the first object and the commit
 * that shows it leaves a row that is due then. It also covers a PUT whose answer was lost.
 */
const GUARDED_SECONDS = 60;

/**
 * Stores a picture's objects under a version of its own. Its deletion is queued before the first object exists, and
 * taken back by `showVersion`; so nothing is orphaned wherever this ends. Rejects when the storage does not answer.
 */
export async function storeVersion(context: Context, userId: string, files: AvatarFiles): Promise<StoredVersion> {
  const version = newId();
  const dueAt = sql`clock_timestamp() + make_interval(secs => ${GUARDED_SECONDS})`;
  await context.db.insert(avatarDeletions).values({ version, userId, dueAt });
  const puts = await Promise.allSettled(avatarSizes.map((size) => context.storage.put(avatarKey(userId, version, size), files[size], "image/webp")));
  // Not before all have ended: none may come after its own deletion.
  for (const put of puts) if (put.status === "rejected") throw put.reason;
  const { small, medium, large } = files;
  return { version, sizes: { small: small.length, medium: medium.length, large: large.length } };
}
