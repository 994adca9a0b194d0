import { and, eq, isNull } from "drizzle-orm";
import { sessions, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";

/**
 * The owner's row, locked: changes of one account's picture come one after the other. A change that a session asked
 * for is refused when that session has ended meanwhile, for uploads take their time. Errors: `unauthenticated`.
 */
export async function lockOwner(tx: Context, userId: string): Promise<typeof users.$inferSelect | Failure> {
  const [user] = await tx.db.select().from(users).where(eq(users.id, userId)).for("no key update");
  if (!user) return fail("unauthenticated");
  if (tx.actor.kind !== "user") return user;
  const [session] = await tx.db
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.id, tx.actor.sessionId), isNull(sessions.endedAt)))
    .for("no key update");
  return session ? user : fail("unauthenticated");
}
