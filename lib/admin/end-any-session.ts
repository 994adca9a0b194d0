import { eq } from "drizzle-orm";
import { sessions } from "@/db/schema";
import { refuseBeyondReach } from "@/lib/access/reach";
import { type AdminContext, requirePermission } from "@/lib/access/require-permission";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { inTransaction } from "@/lib/core/transaction";
import { iso } from "@/lib/core/time";
import { acknowledge } from "@/lib/sessions/ledger/acknowledge";
import { endedColumns, isMarked, markEnded } from "@/lib/sessions/ledger/mark-ended";

/**
 * Ends anyone's session. Once this resolves without a failure it is never accepted again; also for one that had
 * ended. Errors: `not_found`; `forbidden` (its owner holds more than the caller); `unavailable` when the end is
 * committed but Redis has not acknowledged it.
 */
export async function endAnySession(context: AdminContext<"sessions.end">, sessionId: string, note?: string): Promise<{ lastUsedAt: string } | Failure> {
  const found = isId(sessionId) ? await context.db.select({ userId: sessions.userId }).from(sessions).where(eq(sessions.id, sessionId)) : [];
  const userId = found[0]?.userId;
  if (!userId) return fail("not_found");
  const marked = await inTransaction(context, async (tx) => {
    const caller = await requirePermission(tx, "sessions.end");
    if (isFailure(caller)) return caller;
    const refused = await refuseBeyondReach(caller, [userId]);
    return refused ?? markEnded(tx, userId, [sessionId], "ended_by_admin", { actor: "admin", ...(note && { detail: { note } }) });
  });
  if (isFailure(marked)) return marked;
  const [row] = await context.db.select({ ended: endedColumns, lastSeenAt: sessions.lastSeenAt }).from(sessions).where(eq(sessions.id, sessionId));
  if (!row || !isMarked(row.ended)) return fail("not_found");
  const tombstones = await acknowledge(context, userId, [row.ended]);
  if (isFailure(tombstones)) return tombstones;
  return { lastUsedAt: iso(Math.max(tombstones[0]?.lastSeen ?? 0, row.lastSeenAt.getTime())) };
}
