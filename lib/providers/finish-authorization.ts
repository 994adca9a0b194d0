import { clientNetwork } from "@/lib/addresses/client-network";
import { patienceOf } from "@/lib/auth/attempt-limits";
import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import type { ProviderIdentity } from "@/lib/factors/provider-identity";
import { spendChallenge } from "@/lib/factors/spend-challenge";
import type { ProviderSettings } from "@/lib/platform/provider-settings";
import type { Limit } from "@/lib/rate-limits/limit";
import { limitKey } from "@/lib/rate-limits/limit-key";
import { reserveAttempt } from "@/lib/rate-limits/reserve-attempt";
import { isProviderDown } from "./ask-provider";
import { isOpenId } from "./begin-authorization";
import { redirectAddress } from "./configure";
import { discover } from "./discover";
import { findProvider } from "./list-providers";
import { noteTrouble, refusalIn } from "./note-trouble";
import { readIdentity } from "./read-identity";
import { redeemCode } from "./redeem-code";
import { type ProviderRequest, REQUEST_MINUTES } from "./sealed-request";

const HOUR = 3600;

/** It says that it cannot, or does not know us any more: a fault of its own, or of our settings (RFC 6749, 4.1.2.1 and 5.2; the last is GitHub's word). */
const OUTAGES = ["server_error", "temporarily_unavailable", "invalid_client", "unauthorized_client", "incorrect_client_credentials"];

/** `spend`: in the transaction of what it leads to; of two that come back with the same, one is told `attempt_over` (promise 7). */
export type Authorized = { identity: ProviderIdentity; spend: (tx: Context) => Promise<Failure | void> };

/**
 * Somebody comes back from a provider; `search` is the query that they came with, `usedHere` whether their browser is one in which somebody
 * was vouched for by it before. Nothing is written yet.
 * Errors: `attempt_over` (the answer is to another request), `forbidden` (they, or it, said no),
 * `invalid_credentials` (what it says does not hold), `unavailable` (it does not answer), `rate_limited`, `not_found`.
 */
export async function finishAuthorization(context: Context, request: ProviderRequest, search: URLSearchParams, { usedHere }: { usedHere: boolean }): Promise<Authorized | Failure> {
  const provider = findProvider(context, request.name);
  if (!provider) return fail("not_found");
  // Before anything else is looked at: who sent it here has to be who was asked.
  if (search.getAll("state").join() !== request.state) return fail("attempt_over");
  const limits = answerLimits(context, request, usedHere);
  const attempt = await reserveAttempt(context, limits, patienceOf(context));
  if (isFailure(attempt)) return attempt;
  let counts = false;
  let identity: ProviderIdentity;
  try {
    identity = await identify(context, provider, request, search);
  } catch (error) {
    const means = whatItMeans(provider, error);
    // An outage, or a no, is no fault of who comes back. Whoever writes one into the address themselves has nobody asked.
    counts = means.failure === "invalid_credentials";
    if (means.failure !== "forbidden") noteTrouble(context, provider, "answer", error);
    return means;
  } finally {
    await attempt.settle(counts ? limits : []);
  }
  return { identity, spend: async (tx) => ((await spendChallenge(tx, request.state, REQUEST_MINUTES)) ? undefined : fail("attempt_over")) };
}

async function identify(context: Context, provider: ProviderSettings, { state, nonce, verifier }: ProviderRequest, search: URLSearchParams): Promise<ProviderIdentity> {
  const answer = new URL(`${redirectAddress(context, provider)}?${search}`);
  const checks = { expectedState: state, pkceCodeVerifier: verifier, ...(isOpenId(provider) && { expectedNonce: nonce, idTokenExpected: true }) };
  return readIdentity(provider, await redeemCode(context, provider, await discover(context, provider), answer, checks));
}

/**
 * Answers of one provider that did not hold, of one network: each has it asked by us. A session that links or steps up has a limit
 * of its own and is under no other, and so has a browser that the provider was used in before: nobody locks its owner out by failing for them.
 */
function answerLimits({ request }: Context, { name, purpose, holder }: ProviderRequest, usedHere: boolean): Limit[] {
  const of = purpose === "sign_in" && !usedHere ? limitKey("provider.network", name, clientNetwork(request.address)) : limitKey(purpose === "sign_in" ? "provider.browser" : "provider.session", name, holder);
  return [{ key: of, points: 100, seconds: HOUR }];
}

function whatItMeans({ label }: ProviderSettings, error: unknown): Failure {
  const refusal = refusalIn(error) ?? "";
  if (refusal === "access_denied") return fail("forbidden", { detail: `${label} was not asked any further, as you said no there.` });
  if (isProviderDown(error) || OUTAGES.includes(refusal)) return fail("unavailable", { detail: `${label} does not answer right now. Please try again in a moment, or use another way.` });
  return fail("invalid_credentials", { detail: `What ${label} answered cannot be used. Please start again.` });
}
