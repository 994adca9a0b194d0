import type { Job, Loader } from "../load";
import { median } from "../median";

export const RUN = { connections: 16, milliseconds: 1_500 };

/** One that is measured, and what it is given in a round; round 0 only warms it up. */
export type Side = { load: Loader; job(round: number): Job | Promise<Job> };

/** What each did a second, round by round, in short alternating runs. */
export async function inTurns(sides: readonly Side[], rounds: number): Promise<number[][]> {
  const rates = sides.map((): number[] => []);
  for (let round = 0; round <= rounds; round++) {
    for (let turn = 0; turn < sides.length; turn++) {
      const index = (turn + round) % sides.length;
      const { load, job } = sides[index] as Side;
      const { perSecond } = await load(await job(round), ["200", "204"]);
      if (round > 0) (rates[index] as number[]).push(perSecond);
    }
  }
  return rates;
}

/** The median of the rounds' ratios. */
export function ratio(rates: readonly number[], others: readonly number[]): number {
  return median(rates.map((rate, round) => rate / (others[round] as number)));
}
