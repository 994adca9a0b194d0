import { sql } from "drizzle-orm";
import { recoveryCodes } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { recordEvents } from "@/lib/events/record-events";
import { normalRecoveryCode } from "@/lib/factors/recovery-code";
import { queueMail } from "@/lib/mail/queue-mail";
import { doneBy } from "./asked-by";
import { patienceOf } from "./attempt-limits";
import type { FactorGuess } from "./factor-guess";
import { countedRight } from "./give-factor-guess-back";
import type { RightProof } from "./right-proof";
import { verifyPassword } from "./verify-password";

/**
 * Compares one of the account's recovery codes, found by its selector; with one that is none, or was used, the work is the
 * same. Errors: `invalid_code`, `unavailable` (too many hashes waiting).
 */
export async function compareRecoveryCode(context: Context, guess: FactorGuess, typed: string): Promise<RightProof | Failure> {
  const { recoveryCode } = guess;
  const right = await verifyPassword(context, recoveryCode?.hash ?? null, normalRecoveryCode(typed).code, patienceOf(context));
  if (isFailure(right)) return right;
  if (!right || !recoveryCode || recoveryCode.usedAt) return fail("invalid_code");
  return { way: "recovery_code", spend: (tx) => spend(tx, guess, recoveryCode.id) };
}

/** In one statement with what a right one does to the count; its owner sees and is mailed that one less is left. */
async function spend(tx: Context, guess: FactorGuess, id: string): Promise<Failure | void> {
  const { userId } = guess;
  const [spent] = await tx.db.execute<{ left: number }>(sql`
    with spent as (
      update ${recoveryCodes} set used_at = statement_timestamp()
      where id = ${id} and user_id = ${userId} and used_at is null
      returning user_id
    ), counted as (${countedRight(guess, sql`exists (select from spent)`)})
    select (select count(*)::int from ${recoveryCodes} where user_id = ${userId} and used_at is null and id <> ${id}) as left from spent`);
  if (!spent) return fail("invalid_code");
  const { left } = spent;
  const { actor } = tx;
  await recordEvents(tx, [{ userId, type: "recovery_code.used", sessionId: actor.kind === "user" ? actor.sessionId : null, detail: { left } }]);
  await queueMail(tx, { kind: "recovery_code_used", userId, facts: { done: doneBy(tx), left } });
}
