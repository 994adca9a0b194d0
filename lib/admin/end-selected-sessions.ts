import { inArray, ne } from "drizzle-orm";
import { sessions } from "@/db/schema";
import type { AdminContext } from "@/lib/access/require-permission";
import type { ProofShown } from "@/lib/auth/require-proof";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { isId, newId } from "@/lib/core/ids";
import { recordEvents } from "@/lib/events/record-events";
import { endAsAdministrator } from "./end-as-administrator";
import { bulkEvent } from "./end-matching-sessions";

/** A page of the list. */
const AT_MOST = 100;

/**
 * Ends the sessions that were picked from the list, but never the caller's own. Several at once need a step-up. Also
 * acknowledges those that had ended. Errors: `invalid_input` (none, too many, no ids); `forbidden` (one's owner holds more
 * than the caller: then none ends); `proof_required`; `unauthenticated`; `unavailable` as with any end.
 */
export async function endSelectedSessions(context: AdminContext<"sessions.end">, ids: readonly string[], proof: ProofShown, note?: string): Promise<{ ended: number } | Failure> {
  if (ids.length === 0 || ids.length > AT_MOST || !ids.every(isId)) return fail("invalid_input", { detail: `Pick from one to ${AT_MOST} sessions.` });
  const picked = await context.db.select({ id: sessions.id, userId: sessions.userId }).from(sessions).where(inArray(sessions.id, [...ids]));
  const userIds = [...new Set(picked.map(({ userId }) => userId))];
  const bulk = newId();
  const noted = { bulk, ...(note && { note }) };
  const ended = await endAsAdministrator(context, {
    of: userIds,
    ids,
    where: ne(sessions.id, context.actor.sessionId),
    detail: noted,
    ...(ids.length > 1 && { proof }),
    also: (tx) => recordEvents(tx, [bulkEvent(tx, { ...noted, matched: picked.length, users: userIds.length })]),
  });
  return isFailure(ended) ? ended : { ended: ended.filter(({ now }) => now).length };
}
