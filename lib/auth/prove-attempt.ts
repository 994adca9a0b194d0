import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import type { UnusualRule } from "@/lib/core/unusual-rule";
import { isFactorWay } from "@/lib/factors/second-step";
import { publishAttempt } from "@/lib/notifications/publish";
import type { User } from "@/lib/users/schema";
import { type AttemptCredential, type AttemptRow, giveGuessBack, MOST_GUESSES, readAttempt } from "./attempt-row";
import type { BegunAttempt } from "./begin-attempt";
import { compareApproval } from "./compare-approval";
import { compareProof, type GivenProof } from "./compare-proof";
import { completeSignIn, isBegunAttempt, type SignedInNow, type SigningBrowser } from "./complete-sign-in";
import { enterWithIdentity } from "./enter-with-identity";
import { finishAttempt } from "./finish-attempt";
import { finishEmailChange } from "./finish-email-change";
import { makeAccount } from "./make-account";
import { noteRefusal } from "./note-refusal";
import { pendingIdentity } from "./pending-identity";
import { proveForLink } from "./prove-for-link";
import type { RightProof } from "./right-proof";
import { sealedAccount, sealedFacts } from "./sealed-account";
import { takeGuess } from "./take-guess";
import { tellSettled } from "./tell-settled";

/** The session that an attempt has led to. */
export type ProvenSignIn = { begun: SignedInNow; of: AttemptRow };
/** That, or a change of the address. */
export type ProvenNow = ProvenSignIn | { changed: User };

/** Where it is given; `trust`: a second step is not asked for again on this device, where it is one that was asked for. */
type Giving = Pick<SigningBrowser, "prior"> & { trust?: boolean | undefined };

/**
 * Proves what an attempt asks, and does what it is for when nothing more is asked. The guess is taken before anything is
 * compared; what was compared is spent in the transaction of what it leads to. Errors: `attempt_over`;
 * `invalid_code`, with how many tries are left; `rate_limited` (a second step rests); `conflict` (the address got an account
 * meanwhile); for a change of the address `proof_required` (its step-up is too old by now).
 */
export async function proveAttempt(visitor: Context, credential: AttemptCredential | null, proof: GivenProof, giving: Giving): Promise<ProvenNow | BegunAttempt | Failure> {
  // Who holds an attempt is whose it is, and not whoever else is signed in in that browser: in no event, and as the end of no session.
  const context: Context = { ...visitor, actor: { kind: "anonymous" } };
  if (proof.method === "approval") return proveByApproval(context, credential, giving);
  const taken = await takeGuess(context, credential, proof);
  if (isFailure(taken)) return taken;
  const { attempt } = taken;
  const unknown = fail("unavailable");
  let right: RightProof | Failure = unknown;
  let done: ProvenNow | BegunAttempt | Failure = unknown;
  try {
    right = await compareProof(context, taken, proof);
    done = isFailure(right) ? right : await finish(context, { attempt, credential }, right, { ...giving, browserId: attempt.browserId });
  } finally {
    // A wrong one has cost its guess; whatever else went wrong has not.
    if (!isFailure(done)) tellOfProof(context, attempt);
    else if (done.failure === "invalid_code") await publishAttempt(context, attempt.id);
    else await giveBack(context, attempt, right, { isKnown: done !== unknown }).catch(() => {});
    if (isFailure(done) && attempt.guesses >= MOST_GUESSES) await tellSettled(context, attempt);
  }
  if (!isFailure(done)) return done;
  if (done.failure === "invalid_code") {
    noteRefusal(context, { userId: attempt.userId, type: "sign_in.failed", detail: { what: proof.method } });
    return { ...done, triesLeft: MOST_GUESSES - attempt.guesses };
  }
  return afterChange(done);
}

/** Where another device has to answer: the attempt as it is, while none has. */
async function proveByApproval(context: Context, credential: AttemptCredential | null, giving: Giving): Promise<ProvenNow | BegunAttempt | Failure> {
  const attempt = await readAttempt(context, credential);
  if (isFailure(attempt)) return attempt;
  if (!credential || !attempt.asked.includes("approval")) return fail("attempt_over");
  const right = await compareApproval(context, attempt);
  if (right === null) return { attempt, credential };
  const done = isFailure(right) ? right : await finish(context, { attempt, credential }, right, { ...giving, browserId: attempt.browserId });
  if (isFailure(done)) return afterChange(done);
  tellOfProof(context, attempt);
  return done;
}

/** What is done is answered as done, however slow what only tells of it: that is waited for by nobody. */
function tellOfProof(context: Context, attempt: AttemptRow): void {
  const told = Promise.all([publishAttempt(context, attempt.id), tellSettled(context, attempt)]);
  told.catch((error: unknown) => context.log.warn({ err: error }, "auth: nobody was told that an attempt is done"));
}

/** Whatever was changed meanwhile: this attempt leads nowhere any more. */
function afterChange(failure: Failure): Failure {
  return failure.failure === "invalid_credentials" ? fail("attempt_over") : failure;
}

async function giveBack(context: Context, attempt: AttemptRow, right: RightProof | Failure, outcome: { isKnown: boolean }): Promise<void> {
  await giveGuessBack(context, attempt, outcome);
  if (!isFailure(right)) await right.giveBack?.();
}

type Browser = SigningBrowser & Giving;
type Held = { attempt: AttemptRow; credential: AttemptCredential | null };

async function finish(context: Context, held: Held, right: RightProof, browser: Browser): Promise<ProvenNow | BegunAttempt | Failure> {
  const { attempt, credential } = held;
  if (attempt.kind === "email_change") {
    const changed = await finishEmailChange(context, attempt, right);
    return isFailure(changed) ? changed : { changed };
  }
  const pending = pendingIdentity(context, attempt);
  // It began at another provider, and no key opens any more what it was to do.
  if (!pending && attempt.proven[0]?.startsWith("provider:")) return fail("attempt_over");
  if (pending?.does === "link") return credential ? proveForLink(context, { attempt, credential }, right) : fail("attempt_over");
  if (pending?.does === "enter") {
    const done = await enterWithIdentity(context, { ...attempt, identity: pending.identity, address: attempt.email, proven: [right.way], spend: (tx) => finishAttempt(tx, attempt, right) }, browser);
    return isFailure(done) || isBegunAttempt(done) ? done : { begun: done, of: attempt };
  }
  const begun = await (attempt.kind === "sign_up" ? finishSignUp : finishSignIn)(context, attempt, right, browser);
  return isFailure(begun) || isBegunAttempt(begun) ? begun : { begun, of: attempt };
}

function finishSignUp(context: Context, attempt: AttemptRow, right: RightProof, browser: Browser): Promise<SignedInNow | BegunAttempt | Failure> {
  const account = sealedAccount(context, attempt);
  if (!account) return Promise.resolve(fail("attempt_over"));
  return completeSignIn(
    context,
    {
      userId: account.id,
      ways: 0,
      async also(tx) {
        const refused = await finishAttempt(tx, attempt, right);
        return refused ?? makeAccount(tx, { ...account, email: attempt.email, emailKey: attempt.emailKey, emailVerified: true });
      },
    },
    browser,
    { remember: attempt.remember, client: attempt.client, device: account.app },
  );
}

function finishSignIn(context: Context, attempt: AttemptRow, right: RightProof, browser: Browser): Promise<SignedInNow | BegunAttempt | Failure> {
  const { userId, ways } = attempt;
  if (userId === null || ways === null) return Promise.resolve(fail("attempt_over"));
  const { app, pending } = sealedFacts(context, attempt) ?? {};
  return completeSignIn(
    context,
    {
      userId,
      ways,
      under: (tx) => finishAttempt(tx, attempt, right),
      ...(!attempt.deviceKnown && { newDevice: { rules: attempt.rules as UnusualRule[] } }),
      trust: browser.trust === true && attempt.secondStep && isFactorWay(right.way),
      identity: pending?.identity,
      // Another provider's word and a code by mail: neither is the account's own.
      isWeak: pending !== undefined && !isFactorWay(right.way),
    },
    browser,
    { remember: attempt.remember, client: attempt.client, device: app },
  );
}
