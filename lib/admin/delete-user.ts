import { eq, sql } from "drizzle-orm";
import { users } from "@/db/schema";
import { findBeyondReach } from "@/lib/access/reach";
import type { AdminContext } from "@/lib/access/require-permission";
import type { ProofShown } from "@/lib/auth/require-proof";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { iso } from "@/lib/core/time";
import { planDeletion } from "@/lib/leaving/plan-deletion";
import type { Deletion } from "@/lib/leaving/schema";
import { endSessions } from "@/lib/sessions/end-sessions";
import { isLate } from "@/lib/sessions/is-late";
import { admitAdministrator } from "./admit-administrator";

type Caller = AdminContext<"users.manage">;

/**
 * Has a user's account deleted, with the same days of grace as if its owner had asked: unless it is disabled, they can keep it.
 * Every session of it ends; its owner is told. One that is to be deleted already stays as it is. It needs a step-up; what both may do is read
 * under the locks. Resolves once no session can be accepted again. Errors: `not_found`; `forbidden` (the user may do more than the caller); `conflict` (the last administrator, or the
 * caller's own account); `proof_required`; `unauthenticated`; `unavailable` (too late to be answered, and nothing is done; or committed, but not acknowledged yet).
 */
export async function deleteUser(context: Caller, userId: string, proof: ProofShown): Promise<Deletion | Failure> {
  if (!isId(userId)) return fail("not_found");
  if (userId === context.actor.userId) return fail("conflict", { detail: "Your own account is deleted on the page Leave." });
  let dueAt: Date | null = null;
  const ended = await endSessions(context, {
    of: [userId],
    beside: [context.actor.userId],
    reason: "deleted",
    event: { actor: "admin" },
    async also(tx) {
      const admitted = await admitAdministrator(tx, "users.manage", userId, proof);
      if (isFailure(admitted)) return admitted;
      const { caller, user } = admitted;
      const beyond = await findBeyondReach(caller, [userId]);
      if (beyond.size > 0) return fail("forbidden", { detail: "You can only delete accounts of people who may do no more than you." });
      dueAt = user.deletionDueAt;
      if (dueAt) return;
      const planned = await planDeletion(caller, { user, done: null });
      if (isFailure(planned)) return planned;
      dueAt = planned;
      await tx.db.update(users).set({ deletionDueAt: planned, ways: sql`${users.ways} + 1` }).where(eq(users.id, userId));
      if (isLate(tx)) return fail("unavailable");
    },
  });
  return isFailure(ended) ? ended : { dueAt: iso(dueAt as unknown as Date) };
}
