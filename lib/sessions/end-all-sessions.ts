import { and, asc, eq, isNull, ne } from "drizzle-orm";
import { sessions, users } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import { inTransaction } from "@/lib/core/transaction";
import { acknowledge, recentlyEnded } from "./ledger/acknowledge";
import { markEnded } from "./ledger/mark-ended";
import type { EndReason } from "./schema";

export type EndAll = {
  keepCurrent: boolean;
  reason?: EndReason;
  /** Runs in the same transaction, under the user's lock, before anything ends (a change of password does its change there). */
  also?: (tx: UserContext) => Promise<Failure | void>;
};

/**
 * Ends all sessions of the caller, or all others. No sign-in can slip in between: the user row is locked in a
 * statement of its own first. Resolves with how many ended once none of them can ever be accepted again.
 */
export async function endAllSessions(context: UserContext, { keepCurrent, reason = "ended_all", also }: EndAll): Promise<{ ended: number } | Failure> {
  const { userId, sessionId } = context.actor;
  const marked = await inTransaction(context, async (tx) => {
    await tx.db.select({ id: users.id }).from(users).where(eq(users.id, userId)).for("no key update");
    const refused = await also?.(tx);
    if (refused) return refused;
    const open = await tx.db
      .select({ id: sessions.id })
      .from(sessions)
      .where(and(eq(sessions.userId, userId), isNull(sessions.endedAt), keepCurrent ? ne(sessions.id, sessionId) : undefined))
      .orderBy(asc(sessions.id))
      .for("no key update");
    return markEnded(tx, userId, open.map(({ id }) => id), reason);
  });
  if (isFailure(marked)) return marked;
  const acknowledged = await acknowledge(context, userId, await recentlyEnded(context, userId));
  return isFailure(acknowledged) ? acknowledged : { ended: marked.length };
}
