import { and, eq, ne, sql } from "drizzle-orm";
import { attempts, recoveryCodes, totpFactors } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { sha256 } from "@/lib/core/crypto";
import { type Failure, fail } from "@/lib/core/errors";
import { type AttemptCredential, type AttemptRow, isOfNow, isOpen, MOST_GUESSES } from "./attempt-row";
import { countedWay, type FactorGuess, type GuessedWay, guessing, guessOf } from "./factor-guess";
import type { ProofInput } from "./schema";

/** A guess that was taken: of the attempt, and at a second step of its account too. */
export type TakenGuess = { attempt: AttemptRow; guess: FactorGuess | null };

/**
 * Takes one of the attempt's guesses and, at a second step, one of the account's (ACCOUNTS 2), before anything is compared,
 * in one statement that commits by itself: fifty at once are no more than five (promise 7). The account's is taken only where the
 * attempt's was. Errors: `attempt_over` (it is none, or not of who asks, its account has changed, it does not ask for this, or has no guess left).
 */
export async function takeGuess(context: Context, credential: AttemptCredential | null, { method, code = "" }: ProofInput): Promise<TakenGuess | Failure> {
  if (!credential) return fail("attempt_over");
  const taking = context.db
    .update(attempts)
    .set({ guesses: sql`${attempts.guesses} + 1` })
    .where(
      and(
        eq(attempts.id, credential.a),
        eq(attempts.secretHash, sha256(credential.k)),
        // A step-up is its session's, and nobody's attempt.
        ne(attempts.kind, "step_up"),
        isOpen,
        isOfNow,
        sql`${method} = any(${attempts.asked})`,
        sql`${attempts.guesses} < ${MOST_GUESSES}`,
      ),
    )
    .returning();
  if (!isGuessed(method)) {
    const [attempt] = await taking;
    return attempt ? { attempt, guess: null } : fail("attempt_over");
  }
  const taken = context.db.$with("attempt").as(taking);
  const { guess, ofTotp, ofCode } = guessing(context, { way: method, stepUp: false }, code, sql`attempt`);
  const [row] = await context.db.with(taken, guess).select().from(taken).leftJoin(guess, sql`true`).leftJoin(totpFactors, ofTotp).leftJoin(recoveryCodes, ofCode);
  if (!row) return fail("attempt_over");
  const { attempt } = row;
  return { attempt, guess: attempt.userId === null ? null : guessOf({ userId: attempt.userId, way: countedWay(method, attempt.proven), deviceKnown: attempt.deviceKnown, stepUp: false }, row) };
}

function isGuessed(method: string): method is GuessedWay {
  return method === "totp" || method === "recovery_code";
}
