import { and, asc, eq, inArray, isNull, ne, type SQL, sql } from "drizzle-orm";
import { addresses, devices, sessions, users } from "@/db/schema";
import { withinReach } from "@/lib/access/reach";
import type { AdminContext } from "@/lib/access/require-permission";

/** How many users one call gets to at most; within its time it hardly ends the sessions of so many. */
export const USERS_AT_MOST = 10_000;

type Caller = AdminContext<"sessions.end">;

/** How many open sessions of how many users match, without the caller's own and those of who holds more. */
export async function countMatching(context: Caller, where: SQL | undefined): Promise<{ matched: number; users: number }> {
  const found = matching(context, where);
  const [row] = await context.db.select({ matched: sql<number>`count(*)::int`, users: sql<number>`count(distinct ${found.userId})::int` }).from(found);
  return row ?? { matched: 0, users: 0 };
}

/** Whose they are, in id order. */
export async function matchingUsers(context: Caller, where: SQL | undefined): Promise<string[]> {
  const found = matching(context, where);
  const rows = await context.db.selectDistinct({ userId: found.userId }).from(found).orderBy(asc(found.userId)).limit(USERS_AT_MOST);
  return rows.map(({ userId }) => userId);
}

/**
 * The same as a condition on sessions alone. What is locked must not be joined: a session that moves to another address
 * meanwhile would fit its old one no more, once its lock is there, and be left out.
 */
export function isMatching(context: Caller, where: SQL | undefined): SQL {
  const found = matching(context, where);
  return inArray(sessions.id, context.db.select({ id: found.id }).from(found));
}

function matching(caller: Caller, where: SQL | undefined) {
  return caller.db
    .select({ id: sessions.id, userId: sessions.userId })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .innerJoin(devices, eq(devices.id, sessions.deviceId))
    .innerJoin(addresses, eq(addresses.id, sessions.addressId))
    .where(and(isNull(sessions.endedAt), ne(sessions.id, caller.actor.sessionId), withinReach(caller), where))
    .as("matching");
}
