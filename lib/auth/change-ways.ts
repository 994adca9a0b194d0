import { and, eq, type SQL, sql } from "drizzle-orm";
import { sessions, users } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { secondStepSince } from "@/lib/factors/account-factors";
import { type EndedSession, endSessions } from "@/lib/sessions/end-sessions";
import { isLate } from "@/lib/sessions/is-late";
import type { EndReason } from "@/lib/sessions/schema";
import type { OwnSession } from "./own-session";
import { admitOwnSession, type Asks } from "./under-own-session";

type Columns = Partial<Omit<typeof users.$inferInsert, "id" | "ways" | "secondStepSince">>;

export type WaysChange = Asks & {
  /** Which of the account's sessions end with it, and why. */
  ends?: { where: SQL | undefined; reason: EndReason };
  /**
   * Does what belongs to the change and writes its event, under the locks; `own` as it stands there. Returns what is
   * set in the account's row, or null when no way in was changed.
   */
  change: (tx: UserContext, own: OwnSession) => Promise<Columns | Failure | null>;
};

/**
 * The one way in which a session changes what opens its account, or what is asked (ACCOUNTS 2). Locks the account, then
 * the session; checks in later statements that neither was ended or changed meanwhile (in the statement that locks they
 * would be read as they were before it waited, and a request that was held back would still change the password of an
 * account that has been taken back); then writes, and raises the counter, so that whatever else is under way comes to
 * nothing, and notes since when a second step is asked for. Resolves once the sessions that end with it can never be accepted again.
 * Errors: `unauthenticated` (the session has ended), `conflict` (something else was changed since `ways` was read),
 * `proof_required`, those of `change`, and `unavailable` (too late to be answered, and nothing is done; or committed, but the
 * ends are not acknowledged yet: `isCommitted`).
 */
export async function changeWays(context: UserContext, { ends, change, ...asks }: WaysChange): Promise<EndedSession[] | Failure> {
  const { userId, sessionId } = context.actor;
  return endSessions(context, {
    of: [userId],
    where: ends ? ends.where : sql`false`,
    reason: ends?.reason ?? "ended_by_user",
    async also(tx) {
      const own = await admitOwnSession(tx, asks);
      if (isFailure(own)) return own;
      const columns = await change(tx, own);
      if (isFailure(columns)) return columns;
      if (!columns) return;
      // Whoever made the change goes on being known by the proof that they made it with.
      const kept = and(eq(sessions.id, sessionId), eq(sessions.proofWays, own.user.ways));
      await tx.db.update(sessions).set({ proofWays: own.user.ways + 1 }).where(kept);
      const since = secondStepSince(columns.secondStep ?? own.factors.secondStep);
      await tx.db.update(users).set({ ...columns, secondStepSince: since, ways: sql`${users.ways} + 1` }).where(eq(users.id, userId));
      if (isLate(tx)) return fail("unavailable");
    },
  });
}
