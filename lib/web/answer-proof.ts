import type { AttemptCredential } from "@/lib/auth/attempt-row";
import type { BegunAttempt } from "@/lib/auth/begin-attempt";
import { isBegunAttempt, type SigningBrowser } from "@/lib/auth/complete-sign-in";
import type { ProvenNow, ProvenSignIn } from "@/lib/auth/prove-attempt";
import type { AttemptAnswer, SignInAnswer } from "@/lib/auth/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import type { User } from "@/lib/users/schema";
import { answerAttempt, attemptOf } from "./answer-attempt";
import { clearedAttemptCookie } from "./attempt-cookie";
import { readBrowser } from "./browser";
import { deviceToken } from "./device-token";
import type { Reply } from "./endpoint";
import { signInCookies } from "./sign-in-cookies";

const CREATED = 201;

/** A proof of what an attempt asks, as a call: answered as the sign-in or sign-up that it completes, or with the user as changed. */
export async function answerProof(
  context: Context,
  { headers, token }: { headers: Headers; token: string | undefined },
  reply: Reply,
  perform: (credential: AttemptCredential | null, browser: SigningBrowser) => Promise<ProvenNow | BegunAttempt | Failure>,
): Promise<SignInAnswer | AttemptAnswer | User | Failure> {
  const { settings } = context;
  const browser = token === undefined ? await readBrowser(settings, headers.get("cookie")) : null;
  const proven = await perform(await attemptOf(context, headers, token), browser ?? { browserId: "", prior: null });
  if (isFailure(proven)) return proven;
  if (isBegunAttempt(proven)) return answerAttempt(context, proven, reply);
  if ("changed" in proven) {
    if (token === undefined) reply.setCookie(clearedAttemptCookie(settings));
    return proven.changed;
  }
  return answerBegun(context, proven, reply);
}

/** The press that links, or that keeps an account, and signs in, as a call. */
export async function answerLinked(context: Context, { headers, token }: { headers: Headers; token: string | undefined }, reply: Reply, perform: (credential: AttemptCredential | null, browser: SigningBrowser) => Promise<ProvenSignIn | Failure>): Promise<SignInAnswer | Failure> {
  const browser = token === undefined ? await readBrowser(context.settings, headers.get("cookie")) : null;
  const linked = await perform(await attemptOf(context, headers, token), browser ?? { browserId: "", prior: null });
  return isFailure(linked) ? linked : answerBegun(context, linked, reply);
}

async function answerBegun(context: Context, { begun, of }: ProvenSignIn, reply: Reply): Promise<SignInAnswer> {
  const { settings } = context;
  if (of.kind === "sign_up") reply.setStatus(CREATED);
  if (begun.tokens) return { user: begun.user, session: begun.session, tokens: begun.tokens, deviceToken: await deviceToken(settings, of.browserId), proof: begun.proof };
  for (const cookie of [...(await signInCookies(context, begun, of.browserId)), clearedAttemptCookie(settings)]) reply.setCookie(cookie);
  return { user: begun.user, session: begun.session };
}
