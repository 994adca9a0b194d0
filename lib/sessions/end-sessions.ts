import { and, asc, inArray, isNotNull, isNull, type SQL } from "drizzle-orm";
import { sessions, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import { inTransaction } from "@/lib/core/transaction";
import type { NewEvent } from "@/lib/events/record-events";
import { acknowledge, afterCommit, recentlyEnded } from "./ledger/acknowledge";
import { endedColumns, isMarked, type MarkedSession, markEnded } from "./ledger/mark-ended";
import type { EndReason } from "./schema";

export type Ends<C extends Context> = {
  /** Whose: their rows are locked first, in id order and in a statement of their own, so that no sign-in slips in between. */
  of: readonly string[];
  /** Other users whose rows are locked in the same statement, and none of whose sessions end. */
  beside?: readonly string[];
  /** Which of their open sessions, all unless given: these, also if they had ended before; and those of which `where` holds. */
  ids?: readonly string[];
  where?: SQL | undefined;
  reason: EndReason;
  /** What the events say beyond the reason, when it is not the owner who ends them. */
  event?: Pick<NewEvent, "actor" | "detail">;
  /** What else belongs to the transaction: runs under all locks, before anything ends. A failure undoes everything. */
  also?: (tx: C, open: readonly string[]) => Promise<Failure | void>;
};

/** A session that has ended, `now` by this call. */
export type EndedSession = { id: string; userId: string; now: boolean; lastUsedAt: Date };

/** In one statement; its events have eleven parameters each, and PostgreSQL takes 65,535. */
const MARKED_AT_ONCE = 500;

/**
 * *End* (DESIGN 4): the one way sessions are ended by somebody, whoever and however many. Resolves with those that have
 * ended once none of them can ever be accepted again: the ones it ended, the ones named, and whatever else of these
 * users an earlier try may have ended without an acknowledgement. Errors: `unavailable` (committed, but not
 * acknowledged by Redis: asking again finishes it), and those of `also`. In an outage
 * it rejects only while it is not known to be committed.
 */
export async function endSessions<C extends Context>(context: C, ends: Ends<C>): Promise<EndedSession[] | Failure> {
  const marked = await inTransaction<C, Set<string>>(context, async (tx) => {
    const open = await lockOpen(tx, ends);
    const refused = await ends.also?.(tx, open);
    if (refused) return refused;
    const now = new Set<string>();
    for (let from = 0; from < open.length; from += MARKED_AT_ONCE) {
      const ids = open.slice(from, from + MARKED_AT_ONCE);
      for (const { id } of await markEnded(tx, ends.of, ids, ends.reason, ends.event)) now.add(id);
    }
    return now;
  });
  if (isFailure(marked)) return marked;
  const ended = await afterCommit(context, endedBefore(context, ends));
  if (isFailure(ended)) return ended;
  const tombstones = await acknowledge(context, ends.of, ended);
  if (isFailure(tombstones)) return tombstones;
  return ended.map(({ id, userId, lastSeenAt }, index) => ({
    id,
    userId,
    now: marked.has(id),
    lastUsedAt: new Date(Math.max(tombstones[index]?.lastSeen ?? 0, lastSeenAt.getTime())),
  }));
}

/** Locks the users' rows and then those of the sessions that are meant, both in id order. Returns the sessions' ids. */
async function lockOpen({ db }: Context, { of, beside = [], ids, where }: Pick<Ends<Context>, "of" | "beside" | "ids" | "where">): Promise<string[]> {
  await db.select({ id: users.id }).from(users).where(inArray(users.id, [...of, ...beside])).orderBy(asc(users.id)).for("no key update");
  const open = await db
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(inArray(sessions.userId, [...of]), isNull(sessions.endedAt), ids && inArray(sessions.id, [...ids]), where))
    .orderBy(asc(sessions.id))
    .for("no key update");
  return open.map(({ id }) => id);
}

async function endedBefore(context: Context, { of, ids }: Pick<Ends<Context>, "of" | "ids">): Promise<MarkedSession[]> {
  const named = ids
    ? await context.db
        .select(endedColumns)
        .from(sessions)
        .where(and(inArray(sessions.userId, [...of]), inArray(sessions.id, [...ids]), isNotNull(sessions.endedAt)))
    : [];
  const recent = await recentlyEnded(context, inArray(sessions.userId, [...of]));
  return [...new Map([...named.filter(isMarked), ...recent].map((session) => [session.id, session])).values()];
}
