import type { Context } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import type { FactorWay } from "@/lib/factors/second-step";
import type { RightProof } from "./right-proof";
import type { StepUpInput } from "./schema";

/** Whose second factor it should be, and where it is given. */
export type Subject = {
  userId: string;
  /** The account's counter, read with what went before. */
  ways: number;
  /** The account knows the device: wrong ones there are counted apart. */
  deviceKnown: boolean;
  /** What a passkey's challenge must have been made for: the attempt, or the session of a step-up. */
  challengeFor: string;
};

export type FactorProof = Omit<StepUpInput, "method"> & { method: FactorWay };

/**
 * The one verifier of second factors, of attempts and of step-ups alike (ACCOUNTS 3). Guesses are taken from the account
 * before anything is compared. Errors: `invalid_code`; `rate_limited` (this way rests for a while).
 */
export async function compareFactor(_context: Context, _subject: Subject, _proof: FactorProof): Promise<RightProof | Failure> {
  return fail("invalid_code");
}
