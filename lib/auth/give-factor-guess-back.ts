import { type SQL, sql } from "drizzle-orm";
import { secondStepGuesses } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type FactorGuess, isCounted } from "./factor-guess";

/** Gives a guess back that was not wrong, when nothing came of it. */
export async function giveFactorGuessBack({ db }: Context, guess: FactorGuess): Promise<void> {
  await db
    .update(secondStepGuesses)
    .set({ takenAt: without(guess), sinceSuccess: sql`greatest(${secondStepGuesses.sinceSuccess} - 1, 0)` })
    .where(isCounted(guess));
}

/** Lets one stand as taken, but not among those that tell of somebody who guesses. */
export async function forgiveGuess({ db }: Context, guess: FactorGuess): Promise<void> {
  await db
    .update(secondStepGuesses)
    .set({ sinceSuccess: sql`greatest(${secondStepGuesses.sinceSuccess} - 1, 0)` })
    .where(isCounted(guess));
}

/** What a right one does, as part of a statement: it is given back, and the wrong ones since the last right one begin anew, whatever way they were of. */
export function countedRight(guess: FactorGuess, isSpent: SQL): SQL {
  const { userId, way, deviceKnown, stepUp } = guess;
  return sql`
    update ${secondStepGuesses}
    set since_success = 0, taken_at = case when way = ${way} then ${without(guess)} else taken_at end
    where user_id = ${userId} and device_known = ${deviceKnown} and step_up = ${stepUp} and ${isSpent}`;
}

/** The times but for this one's, if it still stands among them. */
function without({ takenAt }: FactorGuess): SQL {
  const at = sql`array_position(taken_at, ${takenAt}::timestamptz)`;
  return sql`case when ${at} is null then taken_at else taken_at[:${at} - 1] || taken_at[${at} + 1:] end`;
}
