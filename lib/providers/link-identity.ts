import { changeFactors, type FactorChange } from "@/lib/auth/change-factors";
import { type OwnSession, readOwnSession } from "@/lib/auth/own-session";
import { refuseUnprovenAddress } from "@/lib/auth/refuse-unproven-address";
import { type ProofShown, refuseUnproven } from "@/lib/auth/require-proof";
import { tellOfLinked } from "@/lib/auth/tell-of-identity";
import type { Context, UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { addIdentity } from "@/lib/factors/add-identity";
import { identityView } from "@/lib/factors/identity-view";
import { listIdentities } from "@/lib/factors/list-identities";
import type { ProviderIdentity } from "@/lib/factors/provider-identity";
import type { Identity } from "@/lib/factors/schema";
import { secondStepOf } from "@/lib/factors/second-step";

/** As many as nobody needs. */
const MOST = 25;

export type Linking = {
  /** Verified. */
  identity: ProviderIdentity;
  /** The step-up that the browser brings along, when it comes back. */
  proof: ProofShown;
  /** The account's counter when it went to the provider (`beginLink`). */
  ways: number;
  /** Uses the authorization's state up, in the transaction that links. */
  spend: (tx: Context) => Promise<Failure | void>;
};

/** Whether who asks may link one more, before they are sent to the provider; what would be refused afterwards is refused here. Returns the account's counter, for `linkIdentity`. Errors: `proof_required`, `conflict`, `unauthenticated`. */
export async function beginLink(context: UserContext, shown: ProofShown): Promise<{ ways: number } | Failure> {
  const own = await readOwnSession(context);
  if (isFailure(own)) return own;
  return refuseUnproven(own, shown) ?? (await mayLink(context, own)) ?? { ways: own.user.ways };
}

/**
 * Links an account at another provider to that of who asks, as one more way in, after a step-up; its owner is told, with the way back.
 * Errors: `proof_required`; `conflict` (it is linked already, here or to another account; something about the account's ways in was
 * changed meanwhile; nobody has proven its address; there are too many); `unauthenticated`; those of `spend`.
 */
export async function linkIdentity(context: UserContext, { identity, proof, ways, spend }: Linking): Promise<Identity | Failure> {
  return changeFactors(context, { proof, ways }, async (tx, own): Promise<FactorChange<Identity> | Failure> => {
    const refused = (await spend(tx)) ?? (await mayLink(tx, own));
    if (refused) return refused;
    const { user } = own;
    const added = await addIdentity(tx, user.id, identity, { number: user.ways + 1, isUsed: false });
    if (isFailure(added)) return added;
    await tellOfLinked(tx, { user, sessionId: tx.actor.sessionId, identity: added, number: user.ways + 1, isKept: secondStepOf(own.factors) !== null });
    return { set: {}, result: identityView(tx.settings, added) };
  });
}

async function mayLink(context: UserContext, own: OwnSession): Promise<Failure | undefined> {
  const unproven = refuseUnprovenAddress(context, own);
  if (unproven) return unproven;
  const linked = await listIdentities(context, own.user.id);
  return linked.length >= MOST ? fail("conflict", { detail: `An account can have ${MOST} of them. Unlink one first.` }) : undefined;
}
