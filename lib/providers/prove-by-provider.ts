import { findIdentity } from "@/lib/auth/find-identity";
import { type OwnSession, readOwnSession } from "@/lib/auth/own-session";
import { prove } from "@/lib/auth/prove-session";
import { waysToProve } from "@/lib/auth/require-proof";
import type { Context, UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { providerLabel } from "@/lib/factors/provider-label";
import type { ProviderIdentity } from "@/lib/factors/provider-identity";
import { useIdentity } from "@/lib/factors/use-identity";

export type ProviderProof = {
  /** Verified. */
  identity: ProviderIdentity;
  /** The account's counter when it went to the provider (`beginProof`). */
  ways: number;
  /** When that was. */
  startedAt: Date;
  /** Uses the authorization's state up, in the transaction that proves. */
  spend: (tx: Context) => Promise<Failure | void>;
};

/** How far the provider's clock may be off, and it says whole seconds. */
const TOLERANCE_MS = 30_000;

/** Whether another provider's word would do for a step-up of who asks. Returns the account's counter, for `proveByProvider`. Errors: `proof_required` (with the ways that would do), `unauthenticated`. */
export async function beginProof(context: UserContext, provider: string): Promise<{ ways: number } | Failure> {
  const own = await readOwnSession(context);
  if (isFailure(own)) return own;
  const refused = refuseOtherWays(own, provider);
  return refused ?? { ways: own.user.ways };
}

/**
 * Proves once more who holds a session by another provider's word, where that is the account's strongest way (ACCOUNTS 8): it counts
 * only if its owner showed there who they are since they were sent there. Errors: `proof_required` (with the ways that would do);
 * `invalid_credentials` (it is another's, or its owner did not sign in there anew); `conflict` (something was changed meanwhile);
 * `unauthenticated`; those of `spend`.
 */
export async function proveByProvider(context: UserContext, { identity, ways, startedAt, spend }: ProviderProof): Promise<{ secret: string; own: OwnSession } | Failure> {
  const own = await readOwnSession(context);
  if (isFailure(own)) return own;
  const { provider, authenticatedAt } = identity;
  const refused = refuseOtherWays(own, provider);
  if (refused) return refused;
  const label = providerLabel(context.settings, provider);
  const linked = await findIdentity(context, identity, own.browserId);
  if (linked?.id !== own.user.id) return fail("invalid_credentials", { detail: `This account of ${label} is not linked to yours.` });
  if (!isFresh(context, authenticatedAt, startedAt)) return fail("invalid_credentials", { detail: `${label} does not say that you have just signed in there. Sign out there, and try again.` });
  return prove(context, { ...own, user: { ...own.user, ways } }, {
    way: `provider:${provider}`,
    async spend(tx) {
      const spent = await spend(tx);
      if (spent) return spent;
      if (!(await useIdentity(tx, own.user.id, identity))) return fail("invalid_credentials");
    },
  });
}

function refuseOtherWays(own: OwnSession, provider: string): Failure | undefined {
  const ways = waysToProve(own);
  return ways.includes(`provider:${provider}`) ? undefined : fail("proof_required", { ways });
}

function isFresh({ clock, settings }: Context, authenticatedAt: Date | null, startedAt: Date): boolean {
  if (authenticatedAt === null) return false;
  const [at, now] = [authenticatedAt.getTime(), clock.now()];
  const since = Math.max(startedAt.getTime(), now - settings.STEP_UP_MINUTES * 60_000);
  return at >= since - TOLERANCE_MS && at <= now + TOLERANCE_MS;
}
