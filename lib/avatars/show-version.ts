import { and, eq } from "drizzle-orm";
import { avatarDeletions, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { inTransaction } from "@/lib/core/transaction";
import { type NewEvent, recordEvents } from "@/lib/events/record-events";
import { holdCachedUser } from "@/lib/users/cached-user";
import { announceChange } from "./announce-change";
import { lockOwner } from "./lock-owner";
import type { StoredVersion } from "./store-version";

type UserRow = typeof users.$inferSelect;

export type Showing = {
  userId: string;
  stored: StoredVersion;
  /** Settles the account's wish for a Gravatar in the same transaction; false: it no longer stands, show nothing. */
  settleWish(tx: Context): Promise<boolean>;
  event: Pick<NewEvent, "type" | "detail">;
  /** When the request's answer may no longer be waited for (of `performance.now()`): nothing changes after that. */
  commitBy: number;
};

/**
 * Makes a stored version the one shown, and queues the deletion of the one before, in one transaction: the database
 * never points to an object that is not there. Returns the account as it is afterwards. Errors: `unauthenticated`,
 * `unavailable` (too late: its objects may be on their way out).
 */
export async function showVersion(context: Context, { userId, stored, settleWish, event, commitBy }: Showing): Promise<UserRow | Failure> {
  if (performance.now() > commitBy) return fail("unavailable");
  await holdCachedUser(context, userId);
  const done = await inTransaction(context, async (tx) => {
    const before = await lockOwner(tx, userId);
    if (isFailure(before)) return before;
    if (!(await settleWish(tx))) return { user: before, changed: false };
    const guards = await tx.db
      .delete(avatarDeletions)
      .where(and(eq(avatarDeletions.version, stored.version), eq(avatarDeletions.tries, 0)))
      .returning({ version: avatarDeletions.version });
    if (guards.length === 0) return fail("unavailable");
    if (before.avatarVersion) await tx.db.insert(avatarDeletions).values({ version: before.avatarVersion, userId });
    const { small, medium, large } = stored.sizes;
    const change = { avatarVersion: stored.version, avatarBytes: small + medium + large };
    const [user] = await tx.db.update(users).set(change).where(eq(users.id, userId)).returning();
    if (!user) return fail("unauthenticated");
    // An account's first picture is part of its making: nobody has changed anything.
    const isFirst = tx.actor.kind === "system" && !before.avatarVersion;
    if (!isFirst) await recordEvents(tx, [{ ...event, userId, sessionId: tx.actor.kind === "user" ? tx.actor.sessionId : null }]);
    return { user, changed: true };
  });
  if (isFailure(done)) return done;
  if (done.changed) await announceChange(context, userId);
  return done.user;
}
