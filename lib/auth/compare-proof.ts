import type { Context } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { isFactorWay } from "@/lib/factors/second-step";
import { compareAttemptPassword } from "./compare-attempt-password";
import { compareFactor } from "./compare-factor";
import { isStillSent, matchingCode } from "./email-code";
import { emailKey } from "./email-key";
import type { RightProof } from "./right-proof";
import type { ProofInput } from "./schema";
import type { TakenGuess } from "./take-guess";

export type GivenProof = ProofInput & { /** Must be the attempt's own address, where it is given. */ email?: string };

/** Compares a proof with what the attempt asks, a guess at which was taken. Errors: `invalid_code`, `rate_limited`, `unavailable`. */
export async function compareProof(context: Context, { attempt, guess }: TakenGuess, { email, ...proof }: GivenProof): Promise<RightProof | Failure> {
  const { method } = proof;
  const isOwn = email === undefined || emailKey(email) === attempt.emailKey;
  // One that can never succeed was never sent a code: it says no in the same way.
  const code = method === "email_code" && isOwn ? matchingCode(context, attempt, proof.code ?? "") : null;
  if (code) return { way: method, attemptStill: isStillSent(code) };
  const { userId, ways, deviceKnown } = attempt;
  if (method === "password") return compareAttemptPassword(context, attempt, proof.password ?? "");
  if (!isFactorWay(method) || userId === null || ways === null) return fail("invalid_code");
  return compareFactor(context, { userId, ways, deviceKnown, challengeFor: { purpose: "attempt", holder: attempt.id }, guess }, { ...proof, method });
}
