import { eq } from "drizzle-orm";
import { avatarDeletions, avatarRequests, users } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import { inTransaction } from "@/lib/core/transaction";
import { recordEvents } from "@/lib/events/record-events";
import { holdCachedUser } from "@/lib/users/cached-user";
import { announceChange } from "./announce-change";
import { changeTimes } from "./change-times";
import { lockOwner } from "./lock-owner";

/**
 * Takes the user's picture away; from then on there is none until they choose one. Doing it again changes nothing.
 * The objects are deleted after the commit. Errors: `unauthenticated`.
 */
export async function removeAvatar(context: UserContext): Promise<void | Failure> {
  const { userId, sessionId } = context.actor;
  const times = changeTimes();
  await holdCachedUser(context, userId);
  const removed = await inTransaction(context, async (tx) => {
    const user = await lockOwner(tx, userId);
    if (isFailure(user)) return user;
    await tx.db.delete(avatarRequests).where(eq(avatarRequests.userId, userId));
    if (!user.avatarVersion) return false;
    await tx.db.insert(avatarDeletions).values({ version: user.avatarVersion, userId });
    await tx.db.update(users).set({ avatarVersion: null, avatarBytes: null }).where(eq(users.id, userId));
    await recordEvents(tx, [{ userId, sessionId, type: "avatar.removed", detail: { bytes: user.avatarBytes, durationMs: times.soFar() } }]);
    return true;
  });
  if (isFailure(removed)) return removed;
  if (removed) await announceChange(context, userId);
}
