import type { Context } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import type { ChallengeFor } from "@/lib/factors/passkey-challenge";
import type { FactorWay } from "@/lib/factors/second-step";
import { comparePasskey } from "./compare-passkey";
import { compareRecoveryCode } from "./compare-recovery-code";
import { compareTotp } from "./compare-totp";
import { type FactorGuess, restOf, takeFactorGuess } from "./factor-guess";
import { giveFactorGuessBack } from "./give-factor-guess-back";
import type { RightProof } from "./right-proof";
import type { StepUpInput } from "./schema";
import { watchWrongGuesses } from "./watch-wrong-guesses";

/** Whose second factor it should be, and where it is given. */
export type Subject = {
  userId: string;
  /** The account's counter, read with what went before. */
  ways: number;
  /** The account knows the device: wrong ones there are counted apart; and those of a step-up from both. */
  deviceKnown: boolean;
  stepUp?: boolean;
  /** What a passkey's challenge must have been made for: the attempt, or the session of a step-up. */
  challengeFor: ChallengeFor;
  /** What was taken from the account together with the attempt's guess. */
  guess?: FactorGuess | null;
};

export type FactorProof = Omit<StepUpInput, "method"> & { method: FactorWay };

/**
 * The one verifier of second factors, of attempts and of step-ups alike (ACCOUNTS 3). Guesses are taken from the account
 * before anything is compared. Errors: `invalid_code`; `rate_limited` (this way rests for a while); `unavailable`.
 */
export async function compareFactor(context: Context, subject: Subject, { method, code = "", ...answer }: FactorProof): Promise<RightProof | Failure> {
  if (method === "passkey") return comparePasskey(context, subject, answer);
  const { userId, deviceKnown, stepUp = false } = subject;
  const guess = subject.guess ?? (await takeFactorGuess(context, { userId, way: method, deviceKnown, stepUp }, code));
  if (guess.takenAt === null) return restOf(context, guess);
  const right = await (method === "totp" ? compareTotp : compareRecoveryCode)(context, guess, code);
  if (!isFailure(right)) return { ...right, giveBack: () => giveFactorGuessBack(context, guess) };
  if (right.failure === "invalid_code") await watch(context, guess);
  else await giveFactorGuessBack(context, guess);
  return right;
}

/** A wrong one stays wrong, and has cost its guess, whatever becomes of this: the next wrong one tries it again. */
async function watch(context: Context, guess: FactorGuess): Promise<void> {
  try {
    await watchWrongGuesses(context, guess);
  } catch (error) {
    context.log.error({ err: error }, "auth: wrong second steps were not looked at");
  }
}
