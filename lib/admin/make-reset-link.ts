import { findBeyondReach } from "@/lib/access/reach";
import type { AdminContext } from "@/lib/access/require-permission";
import { handOverLink } from "@/lib/auth/hand-over-link";
import type { ProofShown } from "@/lib/auth/require-proof";
import type { HandedLink } from "@/lib/auth/schema";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { inTransaction } from "@/lib/core/transaction";
import { isLate } from "@/lib/sessions/is-late";
import { admitAdministrator } from "./admit-administrator";

/**
 * Makes a link for somebody who cannot get in, for the administrator to hand over; its owner is told. It needs a step-up.
 * What both may do is read under the locks. Errors: `not_found`; `forbidden` (the user may do more than the
 * caller); `conflict` (a disabled account); `proof_required`; `unauthenticated` (the session has ended);
 * `unavailable` (too late to be answered: there is no link).
 */
export async function makeResetLink(context: AdminContext<"users.manage">, userId: string, proof: ProofShown): Promise<HandedLink | Failure> {
  if (!isId(userId)) return fail("not_found");
  return inTransaction(context, async (tx) => {
    const admitted = await admitAdministrator(tx, "users.manage", userId, proof);
    if (isFailure(admitted)) return admitted;
    const { caller, user, self } = admitted;
    const beyond = await findBeyondReach(caller, [userId]);
    if (beyond.size > 0) return fail("forbidden", { detail: "You can only make links for people who may do no more than you." });
    const link = await handOverLink(caller, user, { by: { actor: "admin", sessionId: tx.actor.sessionId }, makersCuts: self.cuts, tells: true });
    return !isFailure(link) && isLate(tx) ? fail("unavailable") : link;
  });
}
