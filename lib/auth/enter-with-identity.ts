import { eq } from "drizzle-orm";
import { users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { inTransaction } from "@/lib/core/transaction";
import { providerLabel } from "@/lib/factors/provider-label";
import { secondStepOf } from "@/lib/factors/second-step";
import { isLate } from "@/lib/sessions/is-late";
import { findUser } from "@/lib/users/find-user";
import { type BegunAttempt, beginAttempt } from "./begin-attempt";
import { completeSignIn, type SignedInNow, type SigningBrowser } from "./complete-sign-in";
import { emailKey } from "./email-key";
import { failedLately } from "./failed-lately";
import { type Account, findAccount } from "./find-account";
import { isProviderRefused } from "./is-provider-refused";
import { lockBrowser } from "./lock-browser";
import { makeAccount } from "./make-account";
import { nameFor } from "./name-for";
import { ownWays } from "./own-ways";
import { type KeptIdentity, refusedIdentity } from "./pending-identity";
import { takeOverAccount } from "./take-over-account";
import { unusualRules } from "./unusual-rules";

/** Somebody whom another provider knows and we do not, and whose address was just proven. */
export type Entering = {
  identity: KeptIdentity;
  address: string;
  /** By what, beside the provider's word. */
  proven: readonly string[];
  remember: boolean;
  next: string | null;
  /** Uses up what all of it came by, in the transaction of what it leads to. */
  spend: (tx: Context) => Promise<Failure | void>;
};

/**
 * Looks an address up that was just proven, and not before (ACCOUNTS 10): without an account it gets one; an account whose
 * address nobody had proven becomes theirs, and nothing of before stays, unless it has a second step and nothing but the provider's word
 * speaks against that; any other is asked for its strongest own proof, and is linked only when they press for it. Errors: `invalid_credentials` (the account is disabled, or was changed meanwhile); `conflict`
 * (nothing of its own could be shown; the address or the identity has an account meanwhile); `unavailable`; those of `spend`.
 */
export async function enterWithIdentity(context: Context, entering: Entering, browser: SigningBrowser): Promise<SignedInNow | BegunAttempt | Failure> {
  const account = await findAccount(context, emailKey(entering.address), browser.browserId);
  if (!account) return signUp(context, entering, browser);
  if (account.disabled) return refusedIdentity(context, entering.identity);
  return account.emailVerified || isKeptBySecondStep(account, entering) ? askForOwnProof(context, account, entering, browser) : takeOver(context, account, entering, browser);
}

/** A weaker way never replaces a stronger one (promise 10). Whoever reads the address's mail is another matter: they could reset it. */
function isKeptBySecondStep({ factors }: Account, { proven }: Entering): boolean {
  return proven.length === 0 && secondStepOf(factors) !== null;
}

function signUp(context: Context, { identity, address, remember, spend }: Entering, browser: SigningBrowser): Promise<SignedInNow | BegunAttempt | Failure> {
  const id = newId();
  const account = { id, name: nameFor(identity, address), passwordHash: null, identity, email: address, emailKey: emailKey(address), emailVerified: true };
  return completeSignIn(context, { userId: id, ways: 0, identity, also: async (tx) => (await spend(tx)) ?? makeAccount(tx, account) }, browser, { remember });
}

async function takeOver(context: Context, account: Account, { identity, remember, spend }: Entering, browser: SigningBrowser): Promise<SignedInNow | BegunAttempt | Failure> {
  const ways = await takeOverAccount(context, account, identity, spend);
  return isFailure(ways) ? ways : completeSignIn(context, { userId: account.id, ways, identity }, browser, { remember });
}

async function askForOwnProof(context: Context, account: Account, { identity, address, proven, remember, next, spend }: Entering, { browserId }: SigningBrowser): Promise<BegunAttempt | Failure> {
  const asked = ownWays(account);
  if (asked.length === 0) return nothingToShow(context, identity);
  if (await isProviderRefused(context, account, identity.provider)) return refusedIdentity(context, identity);
  const rules = await unusualRules(context, account, await failedLately(context, address));
  return inTransaction(context, async (tx) => {
    await tx.db.select({ id: users.id }).from(users).where(eq(users.id, account.id)).for("no key update");
    const now = await findUser(tx, account.id);
    if (now?.ways !== account.ways || now.disabledAt) return refusedIdentity(tx, identity);
    // Before the attempt that it may come by is locked, for another may be about to take that one's place.
    await lockBrowser(tx, browserId);
    const spent = await spend(tx);
    if (spent) return spent;
    const begun = await beginAttempt(tx, {
      kind: "sign_in",
      account: { userId: account.id, ways: account.ways },
      email: address,
      browserId,
      client: "browser",
      deviceKnown: account.deviceId !== null,
      remember,
      next,
      asked,
      proven: [`provider:${identity.provider}`, ...proven],
      rules,
      secret: { pending: { identity, does: "link" } },
    });
    return isLate(tx) ? fail("unavailable") : begun;
  });
}

function nothingToShow({ settings, mailer }: Context, { provider }: KeptIdentity): Failure {
  const help = mailer ? "or set a password by “Forgot password?”" : "or ask an administrator for help";
  return fail("conflict", { detail: `An account here has this address, and it has no password or passkey to show that it is yours. Sign in as you did before and link ${providerLabel(settings, provider)} there, ${help}.` });
}
