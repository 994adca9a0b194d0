import { sql } from "drizzle-orm";
import { avatarRequests } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { newId } from "@/lib/core/ids";

export type AvatarRequest = typeof avatarRequests.$inferSelect;

/**
 * Notes the wish that the account's picture come from Gravatar; an older wish is forgotten. `inSeconds`: when the
 * background sees to it, unless whoever noted it does so before.
 */
export async function requestGravatar(context: Context, userId: string, inSeconds = 0): Promise<AvatarRequest> {
  const wish = { id: newId(), dueAt: sql`clock_timestamp() + make_interval(secs => ${inSeconds})`, tries: inSeconds > 0 ? 1 : 0, drawn: false };
  const [request] = await context.db
    .insert(avatarRequests)
    .values({ userId, ...wish })
    .onConflictDoUpdate({ target: avatarRequests.userId, set: wish })
    .returning();
  return request as AvatarRequest;
}
