import { findBeyondReach } from "@/lib/access/reach";
import type { AdminContext } from "@/lib/access/require-permission";
import { cancelDeletion } from "@/lib/auth/cancel-deletion";
import type { ProofShown } from "@/lib/auth/require-proof";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { inTransaction } from "@/lib/core/transaction";
import { recordEvents } from "@/lib/events/record-events";
import { queueMail } from "@/lib/mail/queue-mail";
import { isLate } from "@/lib/sessions/is-late";
import { admitAdministrator } from "./admit-administrator";

/**
 * Keeps a user's account that was to be deleted, whoever asked for that; its owner is told. It needs a step-up. Errors:
 * `not_found`; `forbidden` (the user may do more than the caller); `conflict` (it is not to be deleted, or its erasure has begun);
 * `proof_required`; `unauthenticated`; `unavailable` (too late to be answered: nothing is done).
 */
export async function keepUser(context: AdminContext<"users.manage">, userId: string, proof: ProofShown): Promise<Failure | void> {
  if (!isId(userId)) return fail("not_found");
  return inTransaction<AdminContext<"users.manage">, void>(context, async (tx) => {
    const admitted = await admitAdministrator(tx, "users.manage", userId, proof);
    if (isFailure(admitted)) return admitted;
    const beyond = await findBeyondReach(admitted.caller, [userId]);
    if (beyond.size > 0) return fail("forbidden", { detail: "You can only keep accounts of people who may do no more than you." });
    if (!(await cancelDeletion(tx, userId))) return fail("conflict", { detail: "This account is not to be deleted, or it is too late." });
    await recordEvents(tx, [{ userId, type: "deletion.cancelled", actor: "admin", sessionId: tx.actor.sessionId }]);
    await queueMail(tx, { kind: "deletion_cancelled", userId, address: admitted.user.email, facts: { done: null } });
    if (isLate(tx)) return fail("unavailable");
  });
}
