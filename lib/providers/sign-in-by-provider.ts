import { patienceOf, signUpLimits } from "@/lib/auth/attempt-limits";
import { type BegunAttempt, beginAttempt } from "@/lib/auth/begin-attempt";
import { completeSignIn, type SignedInNow, type SigningBrowser } from "@/lib/auth/complete-sign-in";
import { enterWithIdentity } from "@/lib/auth/enter-with-identity";
import { failedLately } from "@/lib/auth/failed-lately";
import { findIdentity, type LinkedAccount } from "@/lib/auth/find-identity";
import { isProviderRefused } from "@/lib/auth/is-provider-refused";
import { noteRefusal } from "@/lib/auth/note-refusal";
import { addressOf, keptIdentity, refusedIdentity } from "@/lib/auth/pending-identity";
import { unusualRules } from "@/lib/auth/unusual-rules";
import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { inTransaction } from "@/lib/core/transaction";
import { providerLabel } from "@/lib/factors/provider-label";
import type { ProviderIdentity } from "@/lib/factors/provider-identity";
import { useIdentity } from "@/lib/factors/use-identity";
import { reserveAttempt } from "@/lib/rate-limits/reserve-attempt";
import { isLate } from "@/lib/sessions/is-late";

export type ProviderSignIn = {
  /** Verified. */
  identity: ProviderIdentity;
  remember: boolean;
  /** A path of ours, or null. */
  next: string | null;
  /** Uses the authorization's state up, in the transaction of what it leads to (promise 7). */
  spend: (tx: Context) => Promise<Failure | void>;
};

/**
 * Signs in whom another provider vouches for (ACCOUNTS 10). To the account that it is linked to, whose policy may ask for more; where there is
 * none the address is proven first, by a provider that the operator trusts with that or by a code, and only then looked up: until
 * then all is alike whether or not it has an account. Errors: `invalid_credentials` (said alike of whatever account);
 * `invalid_input` (the provider tells no address that could be proven); `conflict`, `rate_limited`, `unavailable`, those of `spend`.
 * Each has words for people.
 */
export async function signInByProvider(visitor: Context, signIn: ProviderSignIn, browser: SigningBrowser): Promise<SignedInNow | BegunAttempt | Failure> {
  // Whom the provider means, and not whoever is signed in in that browser, does it: in every event, and as the end of a session.
  const context: Context = { ...visitor, actor: { kind: "anonymous" } };
  const done = await signInOnce(context, signIn, browser);
  // Somebody was first with this identity or this address: it is looked up again.
  return isFailure(done) && done.failure === "conflict" ? signInOnce(context, signIn, browser) : done;
}

async function signInOnce(context: Context, signIn: ProviderSignIn, browser: SigningBrowser): Promise<SignedInNow | BegunAttempt | Failure> {
  const account = await findIdentity(context, signIn.identity, browser.browserId);
  return account ? signInKnown(context, account, signIn, browser) : enter(context, signIn, browser);
}

async function signInKnown(context: Context, account: LinkedAccount, { identity, remember, next, spend }: ProviderSignIn, browser: SigningBrowser): Promise<SignedInNow | BegunAttempt | Failure> {
  if (account.disabled) {
    const { id: userId, deviceId } = account;
    noteRefusal(context, { userId, type: "sign_in.failed", deviceId, detail: { what: "provider", disabled: true } });
    return refusedIdentity(context, identity);
  }
  if (await isProviderRefused(context, account, identity.provider)) {
    noteRefusal(context, { userId: account.id, type: "sign_in.failed", detail: { what: "provider" } });
    return refusedIdentity(context, identity);
  }
  const rules = await unusualRules(context, account, await failedLately(context, account.email));
  const begun = await completeSignIn(
    context,
    {
      userId: account.id,
      ways: account.ways,
      identity: keptIdentity(identity),
      asking: { first: "provider", account, email: account.email, next, rules },
      async under(tx) {
        const spent = await spend(tx);
        if (spent) return spent;
        if (!(await useIdentity(tx, account.id, identity))) return fail("invalid_credentials");
      },
      ...(account.deviceId === null && { newDevice: { rules } }),
    },
    browser,
    { remember },
  );
  return isFailure(begun) && begun.failure === "invalid_credentials" ? refusedIdentity(context, identity) : begun;
}

async function enter(context: Context, signIn: ProviderSignIn, browser: SigningBrowser): Promise<SignedInNow | BegunAttempt | Failure> {
  const { identity } = signIn;
  const label = providerLabel(context.settings, identity.provider);
  const address = addressOf(identity);
  if (address === null) return fail("invalid_input", { detail: `${label} told us no email address of yours, and without one there is no account here. Try another way.` });
  if (!identity.emailTrusted && !context.mailer) {
    return fail("invalid_input", { detail: `${label} does not say that this email address is yours, and no code can be sent here to show it. If you have an account, sign in another way; an administrator can help.` });
  }
  const { made } = signUpLimits(context);
  const place = await reserveAttempt(context, made, patienceOf(context));
  if (isFailure(place)) {
    noteRefusal(context, { userId: null, type: "request.refused", detail: { what: "sign_up", reason: place.failure } });
    return place;
  }
  let begun: SignedInNow | BegunAttempt | Failure = fail("unavailable");
  try {
    begun = identity.emailTrusted ? await enterWithIdentity(context, { ...signIn, identity: keptIdentity(identity), address, proven: [] }, browser) : await askForCode(context, signIn, address, browser);
    return begun;
  } finally {
    await place.settle(isFailure(begun) ? [] : made);
  }
}

/** Until the code is typed nobody looks whether the address has an account. */
function askForCode(context: Context, { identity, remember, next, spend }: ProviderSignIn, address: string, { browserId }: SigningBrowser): Promise<BegunAttempt | Failure> {
  return inTransaction(context, async (tx) => {
    const spent = await spend(tx);
    if (spent) return spent;
    const begun = await beginAttempt(tx, {
      kind: "sign_in",
      account: null,
      email: address,
      browserId,
      client: "browser",
      remember,
      next,
      asked: ["email_code"],
      proven: [`provider:${identity.provider}`],
      secret: { pending: { identity: keptIdentity(identity), does: "enter" } },
    });
    return isLate(tx) ? fail("unavailable") : begun;
  });
}
