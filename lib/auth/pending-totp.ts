import { and, eq, gt, isNull, type SQL } from "drizzle-orm";
import { statementTime, totpFactors } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import type { TotpSetUp } from "@/lib/factors/schema";
import { openTotpSecret } from "@/lib/factors/sealed-secret";
import { totpUri } from "@/lib/factors/totp";
import { type OwnSession, readOwnSession } from "./own-session";
import { type ProofShown, refuseUnproven } from "./require-proof";

/** An authenticator app that the caller's own session sets up, its secret in plain. */
export type PendingTotp = { id: string; secret: string };

/** A condition: it is being set up by this session, not for too long, and nothing was changed since. */
export function isPendingOf({ actor: { userId, sessionId } }: UserContext, ways: number): SQL | undefined {
  return and(eq(totpFactors.userId, userId), eq(totpFactors.sessionId, sessionId), isNull(totpFactors.confirmedAt), gt(totpFactors.expiresAt, statementTime), eq(totpFactors.ways, ways));
}

/** Errors: `attempt_over` (there is none, or it is too old). */
export async function readPendingTotp(context: UserContext, { user }: OwnSession): Promise<PendingTotp | Failure> {
  const [row] = await context.db.select().from(totpFactors).where(isPendingOf(context, user.ways));
  const secret = row ? openTotpSecret(context.settings.ENCRYPTION_KEYS, row) : null;
  return row && secret !== null ? { id: row.id, secret } : fail("attempt_over");
}

/** What the owner's app is told: by a picture of the address, or by typing the secret. */
export function setUpOf({ settings }: UserContext, { user }: OwnSession, secret: string): TotpSetUp {
  return { secret, uri: totpUri({ house: settings.APP_NAME, account: user.email, secret }) };
}

/** The set-up that the caller's session has under way, to be shown again. Errors: `attempt_over`, `proof_required`, `unauthenticated`. */
export async function pendingTotp(context: UserContext, proof: ProofShown): Promise<TotpSetUp | Failure> {
  const own = await readOwnSession(context);
  if (isFailure(own)) return own;
  const unproven = refuseUnproven(own, proof);
  if (unproven) return unproven;
  const pending = await readPendingTotp(context, own);
  return isFailure(pending) ? pending : setUpOf(context, own, pending.secret);
}
