import { and, eq, gt, isNull, type SQL, sql } from "drizzle-orm";
import { sessions, statementTime, users } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { type EndedSession, endSessions } from "@/lib/sessions/end-sessions";
import type { EndReason } from "@/lib/sessions/schema";

type UserRow = typeof users.$inferSelect;
type Columns = Partial<Omit<typeof users.$inferInsert, "id" | "ways">>;

export type WaysChange = {
  /** The account's counter, read in the statement that read what was verified, or before; not given where nothing was. */
  ways?: number;
  /** Which of the account's sessions end with it, and why. */
  ends?: { where: SQL | undefined; reason: EndReason };
  /**
   * Does what belongs to the change and writes its event, under the locks; `user` as it stands there. Returns what is
   * set in the account's row, or null when there was nothing to change.
   */
  change: (tx: UserContext, user: UserRow) => Promise<Columns | Failure | null>;
};

/**
 * The one way in which a session changes what opens its account, or what is asked (ACCOUNTS 2). Locks the account, then
 * the session; checks in later statements that neither was ended or changed meanwhile (in the statement that locks they
 * would be read as they were before it waited, and a request that was held back would still change the password of an
 * account that has been taken back); then writes, and raises the counter, so that whatever else is under way comes to
 * nothing. Resolves once the sessions that end with it can never be accepted again.
 * Errors: `unauthenticated` (the session has ended), `conflict` (something else was changed since `ways` was read),
 * those of `change`, and `unavailable` (committed, but the ends are not acknowledged yet).
 */
export async function changeWays(context: UserContext, { ways, ends, change }: WaysChange): Promise<EndedSession[] | Failure> {
  const { userId, sessionId } = context.actor;
  return endSessions(context, {
    of: [userId],
    where: ends ? ends.where : sql`false`,
    reason: ends?.reason ?? "ended_by_user",
    async also(tx) {
      const own = and(eq(sessions.id, sessionId), eq(sessions.userId, userId));
      await tx.db.select({ id: sessions.id }).from(sessions).where(own).for("no key update");
      const [live] = await tx.db
        .select({ user: users })
        .from(sessions)
        .innerJoin(users, eq(users.id, sessions.userId))
        .where(and(own, isNull(sessions.endedAt), gt(sessions.absoluteExpiresAt, statementTime), isNull(users.disabledAt)));
      if (!live) return fail("unauthenticated");
      if (ways !== undefined && live.user.ways !== ways) return fail("conflict", { detail: "Something about how you sign in has just been changed. Please try again." });
      const columns = await change(tx, live.user);
      if (isFailure(columns)) return columns;
      if (columns) await tx.db.update(users).set({ ...columns, ways: sql`${users.ways} + 1` }).where(eq(users.id, userId));
    },
  });
}
