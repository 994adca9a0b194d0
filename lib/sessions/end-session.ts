import { and, eq } from "drizzle-orm";
import { sessions } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { iso } from "@/lib/core/time";
import { acknowledge } from "./ledger/acknowledge";
import { endedColumns, isMarked, markEnded } from "./ledger/mark-ended";
import type { EndReason } from "./schema";

/**
 * Ends one session of the caller. Once this resolves without a failure the session is never accepted again.
 * Also for one that had ended: its tombstone is acknowledged anew. `not_found` for what is not the caller's;
 * `unavailable` when the end is committed but Redis has not acknowledged it. `also` runs in the transaction of the end itself.
 */
export async function endSession(
  context: UserContext,
  sessionId: string,
  reason: EndReason = sessionId === context.actor.sessionId ? "signed_out" : "ended_by_user",
  also?: (tx: UserContext) => Promise<void>,
): Promise<{ lastUsedAt: string } | Failure> {
  if (!isId(sessionId)) return fail("not_found");
  const { userId } = context.actor;
  await context.db.transaction(async (db) => {
    const tx = { ...context, db };
    const marked = await markEnded(tx, userId, [sessionId], reason);
    if (marked.length > 0) await also?.(tx);
  });
  const [row] = await context.db
    .select({ ended: endedColumns, lastSeenAt: sessions.lastSeenAt })
    .from(sessions)
    .where(and(eq(sessions.id, sessionId), eq(sessions.userId, userId)));
  if (!row || !isMarked(row.ended)) return fail("not_found");
  const tombstones = await acknowledge(context, userId, [row.ended]);
  if (isFailure(tombstones)) return tombstones;
  return { lastUsedAt: iso(Math.max(tombstones[0]?.lastSeen ?? 0, row.lastSeenAt.getTime())) };
}
