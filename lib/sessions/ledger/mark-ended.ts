import { and, inArray, isNull } from "drizzle-orm";
import { databaseNow, sessions } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type NewEvent, recordEvents } from "@/lib/events/record-events";
import type { EndReason } from "../schema";

export const endedColumns = {
  id: sessions.id,
  userId: sessions.userId,
  deviceId: sessions.deviceId,
  ttlSeconds: sessions.ttlSeconds,
  lastSeenAt: sessions.lastSeenAt,
  endedAt: sessions.endedAt,
  endReason: sessions.endReason,
  settled: sessions.endSettled,
  now: databaseNow,
};

/** A session that the ledger says has ended, with what its tombstone needs. */
export type MarkedSession = {
  id: string;
  userId: string;
  deviceId: string;
  ttlSeconds: number;
  lastSeenAt: Date;
  endedAt: Date;
  endReason: EndReason;
  settled: boolean;
  /** PostgreSQL's time when this was read; last uses are reckoned from it. */
  now: Date;
};

type EndedRow = Omit<MarkedSession, "endedAt" | "endReason"> & { endedAt: Date | null; endReason: EndReason | null };

export function isMarked(row: EndedRow): row is MarkedSession {
  return row.endedAt !== null && row.endReason !== null;
}

/**
 * Ends those of the sessions that are still open, of one user or several, and writes the event of each: inside the
 * caller's transaction, which for more than one session holds the locks of their users' rows. Returns the ones that
 * it ended. `event`: what the events say beyond the reason, when it is not the owner who ends them.
 */
export async function markEnded(
  tx: Context,
  userIds: readonly string[],
  ids: readonly string[],
  reason: EndReason,
  event: Pick<NewEvent, "actor" | "detail"> = {},
): Promise<MarkedSession[]> {
  if (ids.length === 0) return [];
  const { actor } = tx;
  const rows = await tx.db
    .update(sessions)
    .set({
      endedAt: databaseNow,
      endRecordedAt: databaseNow,
      endReason: reason,
      endedBySessionId: actor.kind === "user" ? actor.sessionId : null,
    })
    .where(and(inArray(sessions.userId, [...userIds]), inArray(sessions.id, [...ids]), isNull(sessions.endedAt)))
    .returning(endedColumns);
  const marked = rows.filter(isMarked);
  await recordEvents(
    tx,
    marked.map(({ id, userId, deviceId }) => ({ ...event, userId, type: "session.ended", sessionId: id, deviceId, detail: { reason, ...event.detail } })),
  );
  return marked;
}
