import type { BegunAttempt } from "@/lib/auth/begin-attempt";
import { isBegunAttempt, type SignedInNow, type SigningBrowser } from "@/lib/auth/complete-sign-in";
import type { AttemptAnswer, SignInAnswer } from "@/lib/auth/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import type { DeviceInput } from "@/lib/devices/schema";
import { answerAttempt } from "./answer-attempt";
import { readBrowser } from "./browser";
import { deviceCookie } from "./device-cookie";
import type { Reply } from "./endpoint";
import { nativeAnswer, nativeBrowserId } from "./native-answer";
import { signInCookies } from "./sign-in-cookies";

type Body = { client?: "browser" | "native" | undefined; device?: DeviceInput | undefined };

/** Whether a sign-in reads and sets no cookie. */
export function isNative({ client }: Body): boolean {
  return client === "native";
}

/**
 * Signing in or up as a call: `perform` does it, for the browser that the cookies name or the native client that its
 * device token does. A browser is answered with cookies, a native client with tokens and no cookie; with 202 and an
 * attempt, when something more is asked.
 */
export async function answerSignIn(
  context: Context,
  { body, headers }: { body: Body; headers: Headers },
  reply: Reply,
  perform: (browser: SigningBrowser) => Promise<SignedInNow | BegunAttempt | Failure>,
): Promise<SignInAnswer | AttemptAnswer | Failure> {
  const { settings } = context;
  if (isNative(body)) {
    const browserId = await nativeBrowserId(context, body.device);
    const begun = await perform({ browserId, prior: null });
    if (isFailure(begun)) return begun;
    return isBegunAttempt(begun) ? answerAttempt(context, begun, reply) : nativeAnswer(context, begun, browserId);
  }
  const browser = await readBrowser(settings, headers.get("cookie"));
  const begun = await perform(browser);
  if (isFailure(begun)) return begun;
  if (isBegunAttempt(begun)) {
    reply.setCookie(await deviceCookie(settings, browser.browserId));
    return answerAttempt(context, begun, reply);
  }
  for (const cookie of await signInCookies(context, begun, browser.browserId)) reply.setCookie(cookie);
  return { user: begun.user, session: begun.session };
}
