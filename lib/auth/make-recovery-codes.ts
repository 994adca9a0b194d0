import type { UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import type { MadeCodes } from "@/lib/factors/schema";
import { secondStepOf } from "@/lib/factors/second-step";
import { changeFactors } from "./change-factors";
import { hashedCodes, keepCodes } from "./keep-codes";
import { readOwnSession } from "./own-session";
import { type ProofShown, refuseUnproven } from "./require-proof";
import { tellOfAdded } from "./tell-of-factor";

/**
 * Makes new recovery codes, shown this once; those before them open nothing any more. Needs a step-up. Errors: `conflict` (no second step is
 * on, or something was changed meanwhile), `proof_required`, `rate_limited`, `unauthenticated`, `unavailable`.
 */
export async function makeRecoveryCodes(context: UserContext, proof: ProofShown): Promise<MadeCodes | Failure> {
  const own = await readOwnSession(context);
  if (isFailure(own)) return own;
  const unproven = refuseUnproven(own, proof);
  if (unproven) return unproven;
  if (secondStepOf(own.factors) === null) return fail("conflict", { detail: "Recovery codes come with a second step. Switch that on first." });
  const codes = await hashedCodes(context);
  if (isFailure(codes)) return codes;
  return changeFactors(context, { ways: own.user.ways, proof }, async (tx, now) => {
    await keepCodes(tx, now, codes);
    await tellOfAdded(tx, now, { what: "recovery_codes", name: null });
    return { set: {}, result: { recoveryCodes: codes.plain } };
  });
}
