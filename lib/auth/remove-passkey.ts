import { and, eq } from "drizzle-orm";
import { passkeys } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { changeFactors } from "./change-factors";
import type { OwnSession } from "./own-session";
import type { ProofShown } from "./require-proof";
import { settleSecondStep } from "./settle-second-step";
import { tellOfRemoved } from "./tell-of-factor";
import { refuseLastWay } from "./ways-in";

/**
 * Takes a passkey from the account of who asks; with the last second factor go the second step and its recovery codes. What
 * remains is counted under the account's lock: of two at once one may be the last way in. Errors: `proof_required`;
 * `not_found` for what is not the caller's; `conflict` (nothing else opens the account).
 */
export async function removePasskey(context: UserContext, passkeyId: string, shown: ProofShown): Promise<Failure | void> {
  if (!isId(passkeyId)) return fail("not_found");
  return changeFactors<void>(context, { proof: shown }, async (tx, own) => {
    const set = await remove(tx, own, passkeyId);
    return isFailure(set) ? set : { set, result: undefined };
  });
}

async function remove(tx: UserContext, own: OwnSession, passkeyId: string): Promise<Awaited<ReturnType<typeof settleSecondStep>> | Failure> {
  const theirs = and(eq(passkeys.id, passkeyId), eq(passkeys.userId, tx.actor.userId));
  const [passkey] = await tx.db.delete(passkeys).where(theirs).returning({ name: passkeys.name });
  if (!passkey) return fail("not_found");
  const left = { ...own, factors: { ...own.factors, passkeys: own.factors.passkeys - 1 } };
  const refused = refuseLastWay(left);
  if (refused) return refused;
  await tellOfRemoved(tx, own, { what: "passkey", name: passkey.name });
  return settleSecondStep(tx, left.factors);
}
