import { and, eq, isNotNull, type SQL, sql } from "drizzle-orm";
import { type CountedWay, recoveryCodes, secondStepGuesses, totpFactors } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { normalRecoveryCode } from "@/lib/factors/recovery-code";

/** Wrong ones in an hour, after which a way rests. */
const MOST_GUESSES_AN_HOUR = 10;
const HOUR_SECONDS = 3600;

/** The ways that are guessed at. A passkey is not. */
export type GuessedWay = "totp" | "recovery_code";

/** Whose guesses are counted together. */
type Counted = { userId: string; way: CountedWay; deviceKnown: boolean; /** Within a session, which is on a known device always. */ stepUp: boolean };

/** A guess at an account's second step that was taken, and what it is compared with. */
export type FactorGuess = Counted & {
  /** As PostgreSQL writes it; null when there was none left. */
  takenAt: string | null;
  totp: typeof totpFactors.$inferSelect | null;
  recoveryCode: typeof recoveryCodes.$inferSelect | null;
};

const AT_PROVIDER = "provider:";

/** What a guess is counted as. Those after another provider's word stand apart from those after the password, which they say nothing about. */
export function countedWay(way: GuessedWay, [first = ""]: readonly string[]): CountedWay {
  return first.startsWith(AT_PROVIDER) ? `${way}:${first.slice(AT_PROVIDER.length)}` : way;
}

/** By whose word it was made; null after the password. */
export function providerOf(way: CountedWay): string | null {
  return way.split(":")[1] ?? null;
}

/** A condition on rows of guesses: those after this provider's word, or after the password. */
export function isAfter(provider: string | null): SQL {
  return sql`split_part(${secondStepGuesses.way}, ':', 2) = ${provider ?? ""}`;
}

/** Of the times of guesses those of the last hour. */
export const timesOfLastHour = sql`from unnest(${secondStepGuesses.takenAt}) as taken where taken > statement_timestamp() - make_interval(secs => ${HOUR_SECONDS})`;

/**
 * Parts of a statement that takes a guess from the account of `from`, which has `user_id`, `device_known` and what was `proven`: none when
 * that is empty. It is counted under the lock of its row, so that fifty at once, in however many processes, are no more than what is left
 * (ACCOUNTS 4). Beside it what there is to compare with.
 */
export function guessing({ db }: Context, { way, stepUp }: { way: GuessedWay; stepUp: boolean }, typed: string, from: SQL) {
  const now = sql`statement_timestamp()`;
  const { userId, deviceKnown, takenAt, sinceSuccess } = secondStepGuesses;
  return {
    guess: db.$with("guess").as(
      db
        .insert(secondStepGuesses)
        .select(sql`select user_id, ${way} || case when proven[1] like ${`${AT_PROVIDER}%`} then substr(proven[1], ${AT_PROVIDER.length}) else '' end, device_known, ${stepUp}, array[${now}], 1 from ${from} where user_id is not null`)
        .onConflictDoUpdate({
          target: [userId, secondStepGuesses.way, deviceKnown, secondStepGuesses.stepUp],
          set: { takenAt: sql`array(select taken ${timesOfLastHour}) || ${now}`, sinceSuccess: sql`${sinceSuccess} + 1` },
          setWhere: sql`(select count(*) ${timesOfLastHour}) < ${MOST_GUESSES_AN_HOUR}`,
        })
        .returning({ takenAt: sql<string>`${takenAt}[cardinality(${takenAt})]::text`.as("at") }),
    ),
    ofTotp: and(sql`${totpFactors.userId} = ${from}.user_id`, isNotNull(totpFactors.confirmedAt)),
    ofCode: and(sql`${recoveryCodes.userId} = ${from}.user_id`, eq(recoveryCodes.selector, normalRecoveryCode(typed).selector)),
  };
}

/** Takes a guess that is none of an attempt's (a step-up's), in a statement that commits by itself. */
export async function takeFactorGuess(context: Context, counted: Counted & { way: GuessedWay }, typed: string): Promise<FactorGuess> {
  const { userId, deviceKnown } = counted;
  const asked = context.db.$with("asked", {}).as(sql`select ${userId}::uuid as user_id, ${deviceKnown}::boolean as device_known, '{}'::text[] as proven`);
  const { guess, ofTotp, ofCode } = guessing(context, counted, typed, sql`asked`);
  const columns = { guess: { takenAt: guess.takenAt }, totp_factors: totpFactors, recovery_codes: recoveryCodes };
  const [row] = await context.db.with(asked, guess).select(columns).from(sql`asked`).leftJoin(guess, sql`true`).leftJoin(totpFactors, ofTotp).leftJoin(recoveryCodes, ofCode);
  return guessOf(counted, row);
}

export function guessOf(counted: Counted, row: { guess: { takenAt: string } | null; totp_factors: FactorGuess["totp"]; recovery_codes: FactorGuess["recoveryCode"] } | undefined): FactorGuess {
  return { ...counted, takenAt: row?.guess?.takenAt ?? null, totp: row?.totp_factors ?? null, recoveryCode: row?.recovery_codes ?? null };
}

/** What is answered while there is none left: until when. */
export async function restOf({ db }: Context, counted: Counted): Promise<Failure> {
  const [row] = await db
    .select({ seconds: sql<number | null>`(select ceil(${HOUR_SECONDS} - extract(epoch from statement_timestamp() - min(taken)))::int ${timesOfLastHour})` })
    .from(secondStepGuesses)
    .where(isCounted(counted));
  return fail("rate_limited", { retryAfter: Math.max(1, row?.seconds ?? 1), detail: "Too many wrong codes. Use another way, or wait a while." });
}

export function isCounted({ userId, way, deviceKnown, stepUp }: Counted): SQL | undefined {
  return and(eq(secondStepGuesses.userId, userId), eq(secondStepGuesses.way, way), eq(secondStepGuesses.deviceKnown, deviceKnown), eq(secondStepGuesses.stepUp, stepUp));
}
