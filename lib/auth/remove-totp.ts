import { and, eq, isNotNull } from "drizzle-orm";
import { totpFactors } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import { changeFactors } from "./change-factors";
import type { ProofShown } from "./require-proof";
import { settleSecondStep } from "./settle-second-step";
import { tellOfRemoved } from "./tell-of-factor";
import { refuseLastWay } from "./ways-in";

/**
 * Turns the account's authenticator app off; none is left as it is. Recovery codes go with it where nothing asks for a second step any
 * more. Needs a step-up. Errors: `conflict` (nothing would open the account), `proof_required`, `unauthenticated`.
 */
export async function removeTotp(context: UserContext, proof: ProofShown): Promise<Failure | void> {
  const removed = await changeFactors(context, { proof }, async (tx, own) => {
    if (!own.factors.totp) return { set: null, result: null };
    const factors = { ...own.factors, totp: false };
    const refused = refuseLastWay({ ...own, factors });
    if (refused) return refused;
    await tx.db.delete(totpFactors).where(and(eq(totpFactors.userId, own.user.id), isNotNull(totpFactors.confirmedAt)));
    const set = await settleSecondStep(tx, factors);
    await tellOfRemoved(tx, own, { what: "totp", name: null });
    return { set, result: null };
  });
  if (isFailure(removed)) return removed;
}
