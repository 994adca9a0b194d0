import { sql } from "drizzle-orm";
import { avatarRequests } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { newId } from "@/lib/core/ids";

export type AvatarRequest = typeof avatarRequests.$inferSelect;

/**
 * Notes the wish that the account's picture come from Gravatar; an older wish is forgotten. `inSeconds`: when the
 * background sees to it, unless whoever noted it does so before.
 */
export function requestGravatar(context: Context, userId: string, inSeconds = 0): Promise<AvatarRequest> {
  return request(context, userId, { inSeconds, picture: null, provider: null });
}

/** The same of a new account's first picture; `kept`: by the provider at which it was made, if that has one. */
export function requestPicture(context: Context, userId: string, kept?: { provider: string; picture: string | null }): Promise<AvatarRequest> {
  return request(context, userId, { inSeconds: 0, picture: kept?.picture ?? null, provider: kept?.provider ?? null });
}

async function request(context: Context, userId: string, { inSeconds, picture, provider }: { inSeconds: number; picture: string | null; provider: string | null }): Promise<AvatarRequest> {
  const wish = { id: newId(), dueAt: sql`clock_timestamp() + make_interval(secs => ${inSeconds})`, tries: inSeconds > 0 ? 1 : 0, drawn: false, picture, provider };
  const [row] = await context.db
    .insert(avatarRequests)
    .values({ userId, ...wish })
    .onConflictDoUpdate({ target: avatarRequests.userId, set: wish })
    .returning();
  return row as AvatarRequest;
}
