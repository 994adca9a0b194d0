import type { UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { iso } from "@/lib/core/time";
import { endSessions } from "./end-sessions";
import type { EndReason } from "./schema";

/**
 * Ends one session of the caller. Once this resolves without a failure the session is never accepted again.
 * Also for one that had ended: its tombstone is acknowledged anew. `also` runs in the transaction of the end itself, if
 * there is one. Errors: `not_found` (not the caller's); `unavailable` (committed, but not acknowledged yet).
 */
export async function endSession(
  context: UserContext,
  sessionId: string,
  reason: EndReason = sessionId === context.actor.sessionId ? "signed_out" : "ended_by_user",
  also?: (tx: UserContext) => Promise<void>,
): Promise<{ lastUsedAt: string } | Failure> {
  if (!isId(sessionId)) return fail("not_found");
  const ended = await endSessions(context, {
    of: [context.actor.userId],
    ids: [sessionId],
    reason,
    ...(also && { also: async (tx: UserContext, open: readonly string[]) => (open.length > 0 ? also(tx) : undefined) }),
  });
  if (isFailure(ended)) return ended;
  const session = ended.find(({ id }) => id === sessionId);
  return session ? { lastUsedAt: iso(session.lastUsedAt) } : fail("not_found");
}
