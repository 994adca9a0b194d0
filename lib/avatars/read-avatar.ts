import { and, eq } from "drizzle-orm";
import { users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { avatarKey } from "@/lib/users/avatar-image";
import { avatarSizes } from "./schema";

export type AvatarAddress = { userId: string; version: string; size: string };

/**
 * A picture's file as long as it is the one shown, for anyone. `unlessTag`: whether the asker holds the file of this
 * entity tag already; then its bytes are not fetched (null). Errors: `not_found`, also for what is no address at all.
 */
export async function readAvatar(
  context: Context,
  { userId, version, size }: AvatarAddress,
  unlessTag: (tag: string) => boolean,
): Promise<{ tag: string; bytes: Uint8Array | null } | Failure> {
  const known = avatarSizes.find((name) => name === size);
  if (!known || !isId(userId) || !isId(version)) return fail("not_found");
  const [shown] = await context.db.select({ id: users.id }).from(users).where(and(eq(users.id, userId), eq(users.avatarVersion, version)));
  if (!shown) return fail("not_found");
  // A version's bytes never change, so its name is as strong a tag as a hash.
  const tag = `"${version}-${known}"`;
  if (unlessTag(tag)) return { tag, bytes: null };
  const bytes = await context.storage.get(avatarKey(userId, version, known));
  // Replaced since the question above.
  return bytes ? { tag, bytes } : fail("not_found");
}
