import { asc, inArray } from "drizzle-orm";
import { users } from "@/db/schema";
import { lockAccess } from "@/lib/access/lock-access";
import { findBeyondReach } from "@/lib/access/reach";
import { type AdminContext, requirePermission } from "@/lib/access/require-permission";
import { handOverLink } from "@/lib/auth/hand-over-link";
import type { ProofShown } from "@/lib/auth/require-proof";
import type { HandedLink } from "@/lib/auth/schema";
import { admitOwnSession } from "@/lib/auth/under-own-session";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { inTransaction } from "@/lib/core/transaction";

/**
 * Makes a link for somebody who cannot get in, for the administrator to hand over; its owner is told. It needs a step-up.
 * What both may do, whether the caller's session lives and whether its proof still counts is read under the locks: both
 * accounts, the session, then all changes of access. Errors: `not_found`; `forbidden` (the user may do more than the
 * caller); `conflict` (a disabled account); `proof_required`; `unauthenticated` (the session has ended).
 */
export async function makeResetLink(context: AdminContext<"users.manage">, userId: string, proof: ProofShown): Promise<HandedLink | Failure> {
  if (!isId(userId)) return fail("not_found");
  return inTransaction(context, async (tx) => {
    const locked = await tx.db
      .select()
      .from(users)
      .where(inArray(users.id, [userId, tx.actor.userId]))
      .orderBy(asc(users.id))
      .for("no key update");
    const own = await admitOwnSession(tx, { proof });
    if (isFailure(own)) return own;
    await lockAccess(tx);
    const caller = await requirePermission(tx, "users.manage");
    if (isFailure(caller)) return caller;
    const user = locked.find(({ id }) => id === userId);
    const maker = locked.find(({ id }) => id === tx.actor.userId);
    if (!user || !maker) return fail("not_found");
    const beyond = await findBeyondReach(caller, [userId]);
    if (beyond.size > 0) return fail("forbidden", { detail: "You can only make links for people who may do no more than you." });
    return handOverLink(caller, user, { by: { actor: "admin", sessionId: tx.actor.sessionId }, makersCuts: maker.cuts, tells: true });
  });
}
