import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { openChallenge } from "@/lib/factors/passkey-challenge";
import { assertion } from "@/lib/factors/passkey-response";
import { usePasskey, wentBack } from "@/lib/factors/use-passkey";
import { type PasskeyUse, verifyAssertion } from "@/lib/factors/verify-assertion";
import { reserveAttempt } from "@/lib/rate-limits/reserve-attempt";
import { passkeyLimits, patienceOf } from "./attempt-limits";
import type { BegunAttempt } from "./begin-attempt";
import { completeSignIn, type SignedInNow, type SigningBrowser, type SigningInput } from "./complete-sign-in";
import { type FoundPasskey, findPasskey } from "./find-passkey";
import { noteRefusal } from "./note-refusal";
import type { PasskeySignInInput } from "./schema";
import { tellOfCounter } from "./tell-of-counter";
import { unusualRules } from "./unusual-rules";

/**
 * Signs in with a passkey, which names its account and has verified its owner: nothing more is asked. One that is unknown, of a
 * disabled account, or answers wrongly is told apart by nothing: not by answer, limit, work or time.
 * Errors: `invalid_credentials`, `rate_limited`, `unavailable`.
 */
export async function signInByPasskey(context: Context, input: PasskeySignInInput & { next?: string | null }, browser: SigningBrowser): Promise<SignedInNow | BegunAttempt | Failure> {
  const opened = openChallenge(context, { purpose: "sign_in", holder: browser.browserId }, input.challenge);
  const given = assertion.safeParse(input.response).data;
  // Without its handle nobody chose the account.
  if (!opened || !given?.response.userHandle) return refuse(context, null);
  const found = await findPasskey(context, given.id, browser.browserId);
  const limits = passkeyLimits(context.request.address, found?.account.deviceId ? { account: found.account.emailKey, browserId: browser.browserId } : null);
  const attempt = await reserveAttempt(context, limits, patienceOf(context));
  if (isFailure(attempt)) {
    noteFor(context, found, "sign_in.refused");
    return attempt;
  }
  let use: PasskeyUse | null = null;
  try {
    use = await verifyAssertion(context.settings, found?.key ?? null, given, opened.challenge);
  } finally {
    await attempt.settle(use && !found?.account.disabled ? [] : limits);
  }
  if (!use || !found || found.account.disabled) return refuse(context, found);
  return wentBack(found.key.counter, use) ? refuseCopy(context, found, opened.challenge) : complete(context, found, { ...input, use, challenge: opened.challenge }, browser);
}

type Given = SigningInput & { use: PasskeyUse; challenge: string; next?: string | null };

async function complete(context: Context, { key, account }: FoundPasskey, { use, challenge, next = null, ...input }: Given, browser: SigningBrowser): Promise<SignedInNow | BegunAttempt | Failure> {
  const rules = await unusualRules(context, account, 0);
  const proven = {
    userId: account.id,
    ways: account.ways,
    asking: { first: "passkey", account, email: account.email, next, rules },
    under: async (tx: Context) => ((await usePasskey(tx, key, challenge, use)) ? undefined : unfit()),
  } as const;
  return completeSignIn(context, { ...proven, ...(account.deviceId === null && { newDevice: { rules } }) }, browser, { remember: input.remember });
}

async function refuseCopy(context: Context, found: FoundPasskey, challenge: string): Promise<Failure> {
  await tellOfCounter(context, found.key, challenge);
  return refuse(context, found);
}

function refuse(context: Context, found: FoundPasskey | null): Failure {
  noteFor(context, found, "sign_in.failed");
  return unfit();
}

function unfit(): Failure {
  return fail("invalid_credentials", { detail: "This passkey does not open an account here." });
}

function noteFor(context: Context, found: FoundPasskey | null, type: "sign_in.failed" | "sign_in.refused"): void {
  const { id: userId = null, deviceId = null, disabled = false } = found?.account ?? {};
  noteRefusal({ ...context, actor: { kind: "anonymous" } }, { userId, type, deviceId, detail: { what: "passkey", ...(disabled && { disabled }) } });
}
