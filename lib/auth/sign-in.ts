import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { reserveAttempt } from "@/lib/rate-limits/reserve-attempt";
import { failedBefore, patienceOf, signInLimits } from "./attempt-limits";
import type { BegunAttempt } from "./begin-attempt";
import { completeSignIn, type SignedInNow, type SigningBrowser } from "./complete-sign-in";
import { emailKey } from "./email-key";
import { type Account, findAccount } from "./find-account";
import { noteRefusal } from "./note-refusal";
import { renewHash } from "./renew-hash";
import type { SignInInput } from "./schema";
import { unusualRules } from "./unusual-rules";
import { verifyPassword } from "./verify-password";

/**
 * Signs in with e-mail address and password. No account, a wrong password and a disabled account are told apart by
 * nothing: not by answer, limit, work or time. Errors: `invalid_credentials`, `rate_limited`, `unavailable`.
 */
export async function signIn(context: Context, input: SignInInput & { next?: string | null }, browser: SigningBrowser): Promise<SignedInNow | BegunAttempt | Failure> {
  const deadline = patienceOf(context);
  const key = emailKey(input.email);
  const account = await findAccount(context, key, browser.browserId);
  const known = account?.deviceId ? browser.browserId : null;
  const limits = signInLimits(key, context.request.address, known);
  const attempt = await reserveAttempt(context, limits, deadline);
  if (isFailure(attempt)) {
    noteFor(context, account, "sign_in.refused");
    return attempt;
  }
  let right: boolean | Failure = fail("unavailable");
  try {
    right = await verifyPassword(context, account?.passwordHash ?? null, input.password, deadline);
  } finally {
    const refused = right === false || (right === true && account?.disabled);
    await attempt.settle(refused ? limits : []);
  }
  if (isFailure(right)) return right;
  if (!right || !account?.passwordHash || account.disabled) {
    noteFor(context, account, "sign_in.failed");
    return fail("invalid_credentials");
  }
  await renewHash(context, account.id, account.passwordHash, input.password, deadline);
  const rules = await unusualRules(context, account, failedBefore(attempt, limits));
  const asking = { first: "password", account, email: input.email, next: input.next ?? null, rules } as const;
  return completeSignIn(context, { userId: account.id, ways: account.ways, asking, ...(account.deviceId === null && { newDevice: { rules } }) }, browser, input);
}

/** Nobody did it as the one who is signed in here, if anyone is: a cookie beside a guess says nothing about the guesser. */
function noteFor(context: Context, account: Account | null, type: "sign_in.failed" | "sign_in.refused"): void {
  const { id: userId = null, deviceId = null, disabled = false } = account ?? {};
  noteRefusal({ ...context, actor: { kind: "anonymous" } }, { userId, type, deviceId, detail: disabled ? { disabled } : {} });
}
