import { and, gt, type SQL } from "drizzle-orm";
import { sessions } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { withinRequest } from "@/lib/core/deadline";
import { type Failure, fail } from "@/lib/core/errors";
import { isOutage, isRedisDown } from "@/lib/core/outage";
import { dropCachedUser } from "@/lib/users/cached-user";
import type { Tombstone } from "../store/session-entry";
import { finishEnds } from "./finish-ends";
import { endedColumns, isMarked, type MarkedSession } from "./mark-ended";
import { replayedUntil } from "./redis-memory";
import { trustReturns } from "./renew-trust";

/** Before the request is answered with nothing more than that it took too long. */
const EARLIER_MS = 200;

/**
 * Brings an end that is committed to its 2xx: the tombstones of all sessions named, of these users, are acknowledged
 * by a trusted Redis; one that has just lost its memory, or its connection, is waited for. Otherwise `unavailable`, which
 * says that the end stands and will take effect.
 */
export function acknowledge(context: Context, userIds: readonly string[], ended: readonly MarkedSession[]): Promise<Tombstone[] | Failure> {
  return afterCommit(context, finish(context, userIds, ended));
}

async function finish(context: Context, userIds: readonly string[], ended: readonly MarkedSession[]): Promise<Tombstone[]> {
  const tombstones = await finishEnds(context, ended).catch(async (error: unknown) => {
    if (!isRedisDown(error) || !(await trustReturns(context))) throw error;
    return finishEnds(context, ended);
  });
  await Promise.all(userIds.map((userId) => dropCachedUser(context, userId)));
  return tombstones;
}

/**
 * What follows on the COMMIT of an end. When something is down, or the request's time is up before it is done:
 * `unavailable`, which says that the end stands and will take effect; replay finishes it.
 */
export async function afterCommit<T>(context: Context, work: Promise<T>): Promise<T | Failure> {
  try {
    return await withinRequest(context, work, { earlier: EARLIER_MS });
  } catch (error) {
    if (!isOutage(error)) throw error;
    context.log.warn({ cause: String(error) }, "sessions: end committed, not acknowledged yet");
    return fail("unavailable", { retryAfter: 2, detail: "It is ended, and takes effect everywhere within seconds. Try again to be sure." });
  }
}

/**
 * Those sessions that ended and of which not even the last replay need know, whoever ended them: an earlier
 * try may have committed without its tombstones. (PostgreSQL may have been away since, and with it every replay.)
 */
export async function recentlyEnded(context: Context, which: SQL | undefined): Promise<MarkedSession[]> {
  const rows = await context.db
    .select(endedColumns)
    .from(sessions)
    .where(and(gt(sessions.endRecordedAt, replayedUntil()), which));
  return rows.filter(isMarked);
}
