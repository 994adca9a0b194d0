import type { SentCode } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import type { UnusualRule } from "@/lib/core/unusual-rule";
import { publishAttempt } from "@/lib/notifications/publish";
import type { User } from "@/lib/users/schema";
import { type AttemptCredential, type AttemptRow, giveGuessBack, MOST_GUESSES, readAttempt, takeGuess } from "./attempt-row";
import type { BegunAttempt } from "./begin-attempt";
import { completeSignIn, isBegunAttempt, type SignedInNow, type SigningBrowser } from "./complete-sign-in";
import { matchingCode } from "./email-code";
import { emailKey } from "./email-key";
import { finishAttempt } from "./finish-attempt";
import { finishEmailChange } from "./finish-email-change";
import { makeAccount } from "./make-account";
import { noteRefusal } from "./note-refusal";
import type { ProofInput } from "./schema";
import { sealedAccount, sealedFacts } from "./sealed-account";

/** What an attempt has led to: a session, or a change of the address. */
export type ProvenNow = { begun: SignedInNow; of: AttemptRow } | { changed: User };

/**
 * Proves what an attempt asks, and does what it is for when nothing more is asked. The guess is taken before anything is
 * compared; what was compared is spent in the transaction of what it leads to. Errors: `attempt_over`;
 * `invalid_code`, with how many tries are left; `conflict` (the address got an account meanwhile); for a change of the
 * address `proof_required` (its step-up is too old by now).
 */
export async function proveAttempt(
  context: Context,
  credential: AttemptCredential | null,
  proof: ProofInput & { /** Must be the attempt's own, where it is given. */ email?: string },
  { prior }: Pick<SigningBrowser, "prior">,
): Promise<ProvenNow | BegunAttempt | Failure> {
  const held = await readAttempt(context, credential);
  if (isFailure(held)) return held;
  if (!held.asked.includes(proof.method)) return fail("attempt_over");
  const attempt = await takeGuess(context, held.id);
  if (isFailure(attempt)) return attempt;
  const isOwn = proof.email === undefined || emailKey(proof.email) === attempt.emailKey;
  const code = isOwn ? matchingCode(context, attempt, proof.code) : null;
  // One that can never succeed was never sent a code: it says no in the same way.
  if (!code) {
    await publishAttempt(context, attempt.id);
    noteRefusal({ ...context, actor: { kind: "anonymous" } }, { userId: attempt.userId, type: "sign_in.failed", detail: { what: "email_code" } });
    return fail("invalid_code", { triesLeft: MOST_GUESSES - attempt.guesses });
  }
  let done: ProvenNow | BegunAttempt | Failure = fail("unavailable");
  try {
    done = await finish(context, attempt, code, { browserId: attempt.browserId, prior });
  } finally {
    if (isFailure(done)) await giveGuessBack(context, attempt).catch(() => {});
    else await publishAttempt(context, attempt.id);
  }
  // Whatever was changed meanwhile: this attempt leads nowhere any more.
  return isFailure(done) && done.failure === "invalid_credentials" ? fail("attempt_over") : done;
}

async function finish(context: Context, attempt: AttemptRow, code: SentCode, browser: SigningBrowser): Promise<ProvenNow | BegunAttempt | Failure> {
  if (attempt.kind === "email_change") {
    const changed = await finishEmailChange(context, attempt, code);
    return isFailure(changed) ? changed : { changed };
  }
  const begun = await (attempt.kind === "sign_up" ? finishSignUp : finishSignIn)(context, attempt, code, browser);
  return isFailure(begun) || isBegunAttempt(begun) ? begun : { begun, of: attempt };
}

function finishSignUp(context: Context, attempt: AttemptRow, code: SentCode, browser: SigningBrowser): Promise<SignedInNow | BegunAttempt | Failure> {
  const account = sealedAccount(context, attempt);
  if (!account) return Promise.resolve(fail("attempt_over"));
  return completeSignIn(
    context,
    {
      userId: account.id,
      ways: 0,
      async also(tx) {
        const refused = await finishAttempt(tx, attempt, code);
        return refused ?? makeAccount(tx, { ...account, email: attempt.email, emailKey: attempt.emailKey, emailVerified: true });
      },
    },
    browser,
    { remember: attempt.remember, client: attempt.client, device: account.app },
  );
}

function finishSignIn(context: Context, attempt: AttemptRow, code: SentCode, browser: SigningBrowser): Promise<SignedInNow | BegunAttempt | Failure> {
  const { userId, ways } = attempt;
  if (userId === null || ways === null) return Promise.resolve(fail("attempt_over"));
  return completeSignIn(
    context,
    { userId, ways, under: (tx) => finishAttempt(tx, attempt, code), newDevice: { rules: attempt.rules as UnusualRule[] } },
    browser,
    { remember: attempt.remember, client: attempt.client, device: sealedFacts(context, attempt)?.app },
  );
}
