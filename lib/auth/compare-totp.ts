import { sql } from "drizzle-orm";
import { totpFactors } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { openTotpSecret } from "@/lib/factors/sealed-secret";
import { matchingStep } from "@/lib/factors/totp";
import type { FactorGuess } from "./factor-guess";
import { countedRight, forgiveGuess } from "./give-factor-guess-back";
import type { RightProof } from "./right-proof";

/**
 * Compares a code with the account's authenticator app (RFC 6238), the step before and the one after included; a step that was spent is
 * worth nothing (RFC 6238, 5.2), nor is one before it: it costs its guess, and is no sign of somebody else. Errors: `invalid_code`;
 * `unavailable` (no key opens the app's secret, which costs nobody a guess: the code may be right).
 */
export async function compareTotp(context: Context, guess: FactorGuess, code: string): Promise<RightProof | Failure> {
  const { settings, clock } = context;
  const { totp } = guess;
  const secret = totp && openTotpSecret(settings.ENCRYPTION_KEYS, totp);
  if (totp && secret === null) {
    context.log.error({ factor: totp.id }, "auth: none of ENCRYPTION_KEYS opens the secret of an authenticator app");
    return fail("unavailable", { detail: "Codes of your authenticator app cannot be checked right now. Use another way, or try later." });
  }
  const step = secret && matchingStep({ secret, lastStep: totp.lastStep }, code, clock.now());
  if (!totp || !step) {
    // Right, but used before: an owner who is too quick, and nobody who guesses.
    if (secret && matchingStep({ secret, lastStep: 0 }, code, clock.now())) await forgiveGuess(context, guess);
    return fail("invalid_code");
  }
  return { way: "totp", spend: (tx) => spend(tx, guess, { id: totp.id, step }) };
}

/** In one statement with what a right one does to the count: under the row's lock one of two finds it unspent. */
async function spend({ db }: Context, guess: FactorGuess, { id, step }: { id: string; step: number }): Promise<Failure | void> {
  const rows = await db.execute(sql`
    with spent as (
      update ${totpFactors} set last_step = ${step}, last_used_at = statement_timestamp()
      where id = ${id} and user_id = ${guess.userId} and confirmed_at is not null and last_step < ${step}
      returning user_id
    ), counted as (${countedRight(guess, sql`exists (select from spent)`)})
    select from spent`);
  if (rows.length === 0) return fail("invalid_code");
}
