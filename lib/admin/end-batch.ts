import { and, asc, eq, isNull, ne, type SQL, sql } from "drizzle-orm";
import { addresses, devices, sessions, users } from "@/db/schema";
import { withinReach } from "@/lib/access/reach";
import { type AdminContext, requirePermission } from "@/lib/access/require-permission";
import { type Failure, isFailure } from "@/lib/core/errors";
import { inTransaction } from "@/lib/core/transaction";
import { acknowledge } from "@/lib/sessions/ledger/acknowledge";
import { type MarkedSession, markEnded } from "@/lib/sessions/ledger/mark-ended";

/** In one statement; its events have eleven parameters each, and PostgreSQL takes 65,535. */
const MARKED_AT_ONCE = 500;

export type Batch = {
  userIds: readonly string[];
  /** Which of their sessions, said of sessions joined with users, devices and addresses. */
  where: SQL | undefined;
  /** What the event of each end says beyond the reason. */
  detail: Record<string, unknown>;
  /** Runs in the same transaction, once something is about to end. */
  also?: (tx: AdminContext<"sessions.end">) => Promise<void>;
};

/**
 * Ends the matching open sessions of some users, but never the caller's own nor those of who holds more, in one
 * transaction: the users' rows are locked first, in id order and in a statement of their own, so that no sign-in slips
 * in between; then the sessions, in id order (DESIGN 4). Returns how many ended, once Redis has acknowledged their tombstones.
 */
export async function endBatch(context: AdminContext<"sessions.end">, { userIds, where, detail, also }: Batch): Promise<number | Failure> {
  const theirs = sql`any((${`{${userIds.join(",")}}`}::text)::uuid[])`;
  const marked = await inTransaction<AdminContext<"sessions.end">, MarkedSession[]>(context, async (tx) => {
    const caller = await requirePermission(tx, "sessions.end");
    if (isFailure(caller)) return caller;
    await tx.db.select({ id: users.id }).from(users).where(sql`${users.id} = ${theirs}`).orderBy(asc(users.id)).for("no key update");
    const open = await tx.db
      .select({ id: sessions.id })
      .from(sessions)
      .innerJoin(users, eq(users.id, sessions.userId))
      .innerJoin(devices, eq(devices.id, sessions.deviceId))
      .innerJoin(addresses, eq(addresses.id, sessions.addressId))
      .where(and(sql`${sessions.userId} = ${theirs}`, isNull(sessions.endedAt), ne(sessions.id, tx.actor.sessionId), withinReach(caller), where))
      .orderBy(asc(sessions.id))
      .for("no key update", { of: sessions });
    if (open.length > 0) await also?.(tx);
    const ended: MarkedSession[] = [];
    for (let from = 0; from < open.length; from += MARKED_AT_ONCE) {
      const ids = open.slice(from, from + MARKED_AT_ONCE).map(({ id }) => id);
      ended.push(...(await markEnded(tx, userIds, ids, "ended_by_admin", { actor: "admin", detail })));
    }
    return ended;
  });
  if (isFailure(marked)) return marked;
  const acknowledged = await acknowledge(context, [...new Set(marked.map(({ userId }) => userId))], marked);
  return isFailure(acknowledged) ? acknowledged : marked.length;
}
