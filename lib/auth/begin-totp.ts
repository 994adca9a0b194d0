import { and, eq, isNull, sql } from "drizzle-orm";
import { totpFactors } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import type { TotpSetUp } from "@/lib/factors/schema";
import { sealTotpSecret } from "@/lib/factors/sealed-secret";
import { newTotpSecret } from "@/lib/factors/totp";
import { setUpOf } from "./pending-totp";
import { refuseUnprovenAddress } from "./refuse-unproven-address";
import type { ProofShown } from "./require-proof";
import { underOwnSession } from "./under-own-session";

const MINUTES = 10;

/**
 * Begins to set up an authenticator app, in the place of one that is being set up; one that is on stays on until the new one's code is
 * typed (`confirmTotp`), by the same session and within ten minutes. Needs a step-up. Errors: `not_found` (no keys to seal it with),
 * `conflict` (the address was not proven), `proof_required`, `unauthenticated`.
 */
export async function beginTotp(context: UserContext, proof: ProofShown): Promise<TotpSetUp | Failure> {
  const { ENCRYPTION_KEYS: keys } = context.settings;
  if (keys.length === 0) return fail("not_found");
  return underOwnSession(context, { proof }, async (tx, own) => {
    const refused = refuseUnprovenAddress(tx, own);
    if (refused) return refused;
    const { userId, sessionId } = tx.actor;
    const id = newId();
    const secret = newTotpSecret();
    await tx.db.delete(totpFactors).where(and(eq(totpFactors.userId, userId), isNull(totpFactors.confirmedAt)));
    await tx.db
      .insert(totpFactors)
      .values({ id, userId, secret: sealTotpSecret(keys, id, secret), sessionId, ways: own.user.ways, expiresAt: sql`clock_timestamp() + make_interval(mins => ${MINUTES})` });
    return setUpOf(tx, own, secret);
  });
}
