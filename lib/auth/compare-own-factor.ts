import type { UserContext } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import { reserveAttempt, triesLeft } from "@/lib/rate-limits/reserve-attempt";
import { patienceOf, stepUpLimits } from "./attempt-limits";
import { compareFactor, type FactorProof } from "./compare-factor";
import type { RightProof } from "./right-proof";

/**
 * Compares a second factor in a step-up of the caller's session. A session has few wrong codes, before any is taken from the
 * account's. Errors: those of `compareFactor`; `invalid_code` of what is guessed says how many tries this session has left.
 */
export async function compareOwnFactor(context: UserContext, ways: number, proof: FactorProof): Promise<RightProof | Failure> {
  const { userId, sessionId } = context.actor;
  const subject = { userId, ways, deviceKnown: true, stepUp: true, challengeFor: { purpose: "prove", holder: sessionId } } as const;
  // Nobody guesses a passkey.
  if (proof.method === "passkey") return compareFactor(context, subject, proof);
  const limits = stepUpLimits(context, proof.method);
  const place = await reserveAttempt(context, limits, patienceOf(context));
  if (isFailure(place)) return place;
  let isWrong = false;
  try {
    const right = await compareFactor(context, subject, proof);
    isWrong = isFailure(right) && right.failure === "invalid_code";
    return isFailure(right) && isWrong ? { ...right, triesLeft: triesLeft(place, limits) } : right;
  } finally {
    await place.settle(isWrong ? limits : []);
  }
}
