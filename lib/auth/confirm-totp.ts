import { and, eq, isNotNull, lt } from "drizzle-orm";
import { databaseNow, totpFactors } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import type { TotpCodeInput, TotpConfirmed } from "@/lib/factors/schema";
import { matchingStep } from "@/lib/factors/totp";
import { reserveAttempt, triesLeft } from "@/lib/rate-limits/reserve-attempt";
import { patienceOf, setUpLimits } from "./attempt-limits";
import { changeFactors } from "./change-factors";
import { type HashedCodes, hashedCodes, keepCodes } from "./keep-codes";
import { noteRefusal } from "./note-refusal";
import { type OwnSession, readOwnSession } from "./own-session";
import { isPendingOf, type PendingTotp, readPendingTotp } from "./pending-totp";
import { refuseUnprovenAddress } from "./refuse-unproven-address";
import { type ProofShown, refuseUnproven } from "./require-proof";
import { tellOfAdded } from "./tell-of-factor";

/** What was set up, by which step's code, and the recovery codes that come with it. */
type Confirmed = { pending: PendingTotp; step: number; codes: HashedCodes | null };

/**
 * Switches the authenticator app on that the caller's session sets up, by a code of it; one that was on goes. With the account's first
 * second factor come recovery codes, shown this once. Needs a step-up. Errors: `invalid_code` (with how many tries are left), `rate_limited` (too many wrong ones, or recovery codes),
 * `attempt_over` (nothing is being set up), `conflict`, `proof_required`, `unauthenticated`, `unavailable`.
 */
export async function confirmTotp(context: UserContext, { code }: TotpCodeInput, proof: ProofShown): Promise<TotpConfirmed | Failure> {
  const own = await readOwnSession(context);
  if (isFailure(own)) return own;
  const unproven = refuseUnproven(own, proof);
  if (unproven) return unproven;
  const pending = await readPendingTotp(context, own);
  if (isFailure(pending)) return pending;
  const step = await compare(context, pending, code);
  if (isFailure(step)) return step;
  const codes = own.factors.recoveryCodes === 0 ? await hashedCodes(context) : null;
  if (isFailure(codes)) return codes;
  return changeFactors(context, { ways: own.user.ways, proof }, async (tx, now) => {
    const refused = refuseUnprovenAddress(tx, now) ?? (await switchOn(tx, now, { pending, step, codes }));
    return refused ?? { set: {}, result: { recoveryCodes: codes && codes.plain } };
  });
}

async function compare(context: UserContext, { id, secret }: PendingTotp, code: string): Promise<number | Failure> {
  const limits = setUpLimits(id);
  const place = await reserveAttempt(context, limits, patienceOf(context));
  if (isFailure(place)) return place;
  const step = matchingStep({ secret, lastStep: 0 }, code, context.clock.now());
  await place.settle(step === null ? limits : []);
  if (step !== null) return step;
  const { userId, sessionId } = context.actor;
  noteRefusal(context, { userId, sessionId, type: "request.refused", detail: { what: "totp", reason: "invalid_code" } });
  return fail("invalid_code", { triesLeft: triesLeft(place, limits) });
}

/** The code that confirms it is spent by that: nobody who saw it signs in with it. */
async function switchOn(tx: UserContext, own: OwnSession, { pending, step, codes }: Confirmed): Promise<Failure | void> {
  const { id: userId, ways } = own.user;
  await tx.db.delete(totpFactors).where(and(eq(totpFactors.userId, userId), isNotNull(totpFactors.confirmedAt)));
  const [row] = await tx.db
    .update(totpFactors)
    .set({ confirmedAt: databaseNow, number: ways + 1, lastStep: step, lastUsedAt: databaseNow, sessionId: null, expiresAt: null })
    .where(and(eq(totpFactors.id, pending.id), isPendingOf(tx, ways), lt(totpFactors.lastStep, step)))
    .returning({ id: totpFactors.id });
  if (!row) return fail("attempt_over");
  if (codes) await keepCodes(tx, own, codes);
  await tellOfAdded(tx, own, { what: "totp", name: null });
}
