import { and, eq } from "drizzle-orm";
import { sessions } from "@/db/schema";
import { findBeyondReach } from "@/lib/access/reach";
import type { AdminContext } from "@/lib/access/require-permission";
import type { ProofShown } from "@/lib/auth/require-proof";
import type { UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { inTransaction } from "@/lib/core/transaction";
import { publish } from "@/lib/notifications/publish";
import { isLate } from "@/lib/sessions/is-late";
import { admitAdministrator, type User } from "./admit-administrator";
import { removeFactors } from "./remove-factors";

/**
 * Takes every second factor off an account whose owner has lost them (ACCOUNTS 6): authenticator app, passkeys, recovery
 * codes, what is being set up, and with the counter what was trusted, proven or under way. The password or another provider alone
 * opens it then, and its owner is told. It ends no session: whoever lost a telephone is no thief. Nothing to take off is no event.
 * It needs a step-up; what both may do is read under the locks. Errors: `not_found`; `forbidden` (the user may do more than the
 * caller); `conflict` (it has no password: nothing would open it); `proof_required`; `unauthenticated` (the session has ended);
 * `unavailable` (too late to be answered: nothing is done).
 */
export async function resetFactors(context: AdminContext<"factors.reset">, userId: string, proof: ProofShown): Promise<Failure | void> {
  if (!isId(userId)) return fail("not_found");
  const changed = await inTransaction<UserContext, boolean>(context, async (tx) => {
    const admitted = await admitAdministrator(tx, "factors.reset", userId, proof);
    if (isFailure(admitted)) return admitted;
    const beyond = await findBeyondReach(admitted.caller, [userId]);
    if (beyond.size > 0) return fail("forbidden", { detail: "You can only remove the second step of people who may do no more than you." });
    return reset(tx, admitted.user);
  });
  if (isFailure(changed)) return changed;
  if (changed) await publish(context, userId, { type: "factors.changed" });
}

/** Returns whether there was anything to take off. */
async function reset(tx: UserContext, user: User): Promise<boolean | Failure> {
  const { db, actor } = tx;
  const removed = await removeFactors(tx, user, { actor: "admin", sessionId: actor.sessionId });
  if (isFailure(removed) || !removed) return removed;
  // An administrator who helps themselves goes on being known by the proof that they did it with.
  const kept = and(eq(sessions.id, actor.sessionId), eq(sessions.userId, user.id), eq(sessions.proofWays, user.ways));
  await db.update(sessions).set({ proofWays: user.ways + 1 }).where(kept);
  return isLate(tx) ? fail("unavailable") : true;
}
