import { and, eq } from "drizzle-orm";
import { identities } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { changeFactors, type FactorChange } from "./change-factors";
import type { OwnSession } from "./own-session";
import type { ProofShown } from "./require-proof";
import { tellOfUnlinked } from "./tell-of-identity";
import { refuseLastWay } from "./ways-in";

/**
 * Takes what is linked at another provider from the account of who asks. What remains is counted under the account's lock: of two at once
 * one may be the last way in. Errors: `proof_required`; `not_found` for what is not the caller's; `conflict` (nothing else
 * opens the account).
 */
export async function unlinkIdentity(context: UserContext, identityId: string, shown: ProofShown): Promise<Failure | void> {
  if (!isId(identityId)) return fail("not_found");
  const removed = await changeFactors(context, { proof: shown }, (tx, own) => remove(tx, own, identityId));
  if (isFailure(removed)) return removed;
}

async function remove(tx: UserContext, own: OwnSession, identityId: string): Promise<FactorChange<null> | Failure> {
  const theirs = and(eq(identities.id, identityId), eq(identities.userId, tx.actor.userId));
  const [identity] = await tx.db.delete(identities).where(theirs).returning({ provider: identities.provider });
  if (!identity) return fail("not_found");
  const { factors } = own;
  const at = factors.providers.indexOf(identity.provider);
  const refused = refuseLastWay({ ...own, factors: { ...factors, providers: factors.providers.filter((_name, index) => index !== at) } });
  // One whose provider the operator has taken away opens nothing, and can always go.
  if (refused && at >= 0) return refused;
  await tellOfUnlinked(tx, own, identity.provider);
  return { set: {}, result: null };
}
