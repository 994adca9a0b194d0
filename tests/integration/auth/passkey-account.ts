import { challengeRegistration, challengeSignIn, challengeSignUp } from "@/lib/auth/make-challenge";
import { isBegunAttempt, type SignedInNow, type SigningBrowser } from "@/lib/auth/complete-sign-in";
import { registerPasskey } from "@/lib/auth/register-passkey";
import { signInByPasskey } from "@/lib/auth/sign-in-by-passkey";
import type { Context, UserContext } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import type { Passkey } from "@/lib/factors/schema";
import { type Deviation, type SoftPasskey, softwareAuthenticator } from "@/tests/support/software-authenticator";
import { testSettings } from "@/tests/support/test-settings";
import type { TestMail } from "@/tests/support/test-mail";
import { visitor } from "./account";
import { provenAccount } from "./proving";

export const ORIGIN = new URL(testSettings.APP_URL).origin;
export const authenticator = softwareAuthenticator(ORIGIN);

/** Adds a passkey to the account of who asks. */
export async function addPasskey(user: UserContext, proof: string, made = authenticator): Promise<{ passkey: Passkey; soft: SoftPasskey }> {
  const shown = { secret: proof };
  const asked = await challengeRegistration(user, shown);
  if (isFailure(asked)) throw new Error(asked.failure);
  const { response, passkey: soft } = made.create(asked.options);
  const passkey = await registerPasskey(user, { response, challenge: asked.challenge }, shown);
  if (isFailure(passkey)) throw new Error(passkey.detail ?? passkey.failure);
  return { passkey, soft };
}

/** A new account with a proven address, a password and a passkey, signed in. */
export async function accountWithPasskey(context: Context, inbox: TestMail) {
  const account = await provenAccount(context, inbox);
  return { ...account, userId: account.user.actor.userId, ...(await addPasskey(account.user, account.begun.proof)) };
}

/** What everybody hears whose passkey opens nothing. */
export const NO = { failure: "invalid_credentials", detail: "This passkey does not open an account here." };

/** Signs in with it as a browser does, or not quite. */
export async function signInWith(context: Context, soft: SoftPasskey, browser: SigningBrowser, deviation: Deviation = {}, made = authenticator) {
  const { options, challenge } = await challengeSignIn(context, browser.browserId);
  return signInByPasskey(visitor(context), { response: made.get(options, soft, deviation), challenge }, browser);
}

/** What a new account is asked for in place of a password. */
export async function newPasskey(context: Context, browser: SigningBrowser, deviation: Deviation = {}) {
  const { options, challenge } = await challengeSignUp(context, browser.browserId);
  const { response, passkey: soft } = authenticator.create(options, deviation);
  return { soft, passkey: { response, challenge } };
}

export function signedIn(result: unknown): SignedInNow {
  if (isFailure(result)) throw new Error(`${result.failure}: ${result.detail ?? JSON.stringify(result.errors)}`);
  if (isBegunAttempt(result as object)) throw new Error("something more is asked");
  return result as SignedInNow;
}
