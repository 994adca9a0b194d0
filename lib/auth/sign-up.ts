import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { inTransaction } from "@/lib/core/transaction";
import { spendChallenge } from "@/lib/factors/spend-challenge";
import type { Limit } from "@/lib/rate-limits/limit";
import { reserveAttempt } from "@/lib/rate-limits/reserve-attempt";
import { isLate } from "@/lib/sessions/is-late";
import { patienceOf, signUpLimits } from "./attempt-limits";
import { type BegunAttempt, beginAttempt } from "./begin-attempt";
import { completeSignIn, isBegunAttempt, type SignedInNow, type SigningBrowser } from "./complete-sign-in";
import { emailKey } from "./email-key";
import { makeAccount } from "./make-account";
import { noteRefusal } from "./note-refusal";
import { notMade } from "./register-passkey";
import type { SignUpInput } from "./schema";
import { accountWithPasskey, accountWithPassword, type Wanted } from "./wanted-account";

/**
 * Makes an account, opened by a password or by a passkey, and signs it in; user, events and session come into being in one transaction, or nothing does. Where
 * addresses are verified nothing is made but an attempt, whether or not the address has an account: the code that goes to
 * it completes it, or tells its owner that they have one (promise 9).
 * Errors: `invalid_input` (the reason under `password` or `passkey`), `conflict` (the e-mail address has an account; never
 * with verification), `rate_limited`, `unavailable`.
 */
export async function signUp(visitor: Context, input: SignUpInput & { next?: string | null }, browser: SigningBrowser): Promise<SignedInNow | BegunAttempt | Failure> {
  // A new account is its owner's, and not of whoever else is signed in in that browser.
  const context: Context = { ...visitor, actor: { kind: "anonymous" } };
  const deadline = patienceOf(context);
  const { taken, made } = signUpLimits(context);
  const attempt = await reserveAttempt(context, [...taken, ...made], deadline);
  if (isFailure(attempt)) {
    noteRefusal(context, { userId: null, type: "request.refused", detail: { what: "sign_up", reason: attempt.failure } });
    return attempt;
  }
  let counting: Limit[] = [];
  try {
    const begun = await begin(context, input, browser, deadline);
    if (!isFailure(begun)) counting = made;
    else if (begun.failure === "conflict") counting = taken;
    return begun;
  } finally {
    await attempt.settle(counting);
  }
}

async function begin(context: Context, input: SignUpInput & { next?: string | null }, browser: SigningBrowser, deadline: number): Promise<SignedInNow | BegunAttempt | Failure> {
  const { passkey, password = "" } = input;
  const wanted = passkey ? await accountWithPasskey(context, input, passkey, browser.browserId) : await accountWithPassword(context, input, password, deadline);
  if (isFailure(wanted)) return wanted;
  return context.settings.EMAIL_VERIFICATION === "off" ? createAccount(context, wanted, input, browser) : askForCode(context, wanted, input, browser);
}

async function createAccount(context: Context, { account, challenge }: Wanted, input: SignUpInput, browser: SigningBrowser): Promise<SignedInNow | Failure> {
  const begun = await completeSignIn(
    context,
    {
      userId: account.id,
      ways: 0,
      async also(tx) {
        const used = await spend(tx, challenge);
        return used ?? makeAccount(tx, { ...account, email: input.email, emailKey: emailKey(input.email), emailVerified: false });
      },
    },
    browser,
    input,
  );
  if (!isFailure(begun) && isBegunAttempt(begun)) throw new Error("a new account is asked for nothing");
  return begun;
}

function askForCode(context: Context, { account, challenge }: Wanted, { email, client = "browser", device, remember = false, next = null }: SignUpInput & { next?: string | null }, { browserId }: SigningBrowser): Promise<BegunAttempt | Failure> {
  const { token: _token, ...app } = device ?? {};
  return inTransaction(context, async (tx) => {
    const used = await spend(tx, challenge);
    if (used) return used;
    const begun = await beginAttempt(tx, { kind: "sign_up", account: null, email, browserId, client, app: client === "native" ? app : undefined, remember, next, asked: ["email_code"], secret: account });
    return isLate(tx) ? fail("unavailable") : begun;
  });
}

/** A passkey's challenge names the account: answered twice, two would want to be the same. */
async function spend(tx: Context, challenge: string | null): Promise<Failure | undefined> {
  return challenge === null || (await spendChallenge(tx, challenge)) ? undefined : notMade();
}
