import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { reserveAttempt } from "@/lib/rate-limits/reserve-attempt";
import { patienceOf, signInLimits } from "./attempt-limits";
import { completeSignIn, type SignedInNow, type SigningBrowser } from "./complete-sign-in";
import { emailKey } from "./email-key";
import { findAccount } from "./find-account";
import { noteFailedSignIn } from "./note-failed-sign-in";
import { renewHash } from "./renew-hash";
import type { SignInInput } from "./schema";
import { verifyPassword } from "./verify-password";

/**
 * Signs in with e-mail address and password. No account, a wrong password and a disabled account are told apart by
 * nothing: not by answer, limit, work or time. Errors: `invalid_credentials`, `rate_limited`, `unavailable`.
 */
export async function signIn(context: Context, input: SignInInput, browser: SigningBrowser): Promise<SignedInNow | Failure> {
  const deadline = patienceOf(context);
  const key = emailKey(input.email);
  const account = await findAccount(context, key, browser.browserId);
  const known = account?.deviceId ? browser.browserId : null;
  const attempt = await reserveAttempt(context, signInLimits(key, context.request.address, known), deadline);
  if (isFailure(attempt)) return attempt;
  let right: boolean | Failure = fail("unavailable");
  try {
    right = await verifyPassword(context, account?.passwordHash ?? null, input.password, deadline);
  } finally {
    const refused = right === false || (right === true && account?.disabled);
    await attempt.settle(refused ? "failed" : "forgiven");
  }
  if (isFailure(right)) return right;
  if (!right || !account || account.disabled) {
    noteFailedSignIn(context, account);
    return fail("invalid_credentials");
  }
  const verifiedHash = await renewHash(context, account, input.password, deadline);
  return completeSignIn(context, { userId: account.id, verifiedHash }, browser, input);
}
