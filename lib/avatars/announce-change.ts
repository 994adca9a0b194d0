import type { Context } from "@/lib/core/context";
import { publish } from "@/lib/notifications/publish";
import { dropCachedUser } from "@/lib/users/cached-user";

/** After the commit: every page of the account shows the change, and what it replaced is deleted. */
export async function announceChange(context: Context, userId: string): Promise<void> {
  await dropCachedUser(context, userId);
  await publish(context, userId, { type: "avatar.changed" });
}
