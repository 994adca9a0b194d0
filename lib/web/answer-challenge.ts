import type { z } from "zod";
import { challengeAttempt, challengeProof, challengeRegistration, challengeSignIn, challengeSignUp } from "@/lib/auth/make-challenge";
import type { challengeInput, PasskeyChallenge } from "@/lib/auth/schema";
import type { Context, UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { attemptOf } from "./answer-attempt";
import { deviceCookie, readDeviceCookie } from "./device-cookie";
import type { Input, Reply } from "./endpoint";
import { readProof } from "./proof-cookie";

type Body = z.output<typeof challengeInput>;
type Answer = { options: Record<string, unknown>; challenge: string };

/** A passkey's challenge, as a call: for the attempt or the session of who asks, else for their browser, which gets its cookie if it has none. */
export async function answerChallenge(context: Context, { body: { purpose, attempt }, headers, visitor }: Input<Body, unknown>, reply: Reply): Promise<Answer | Failure> {
  const made = await makeChallenge();
  return isFailure(made) ? made : { ...made, options: { ...made.options } };

  async function makeChallenge(): Promise<PasskeyChallenge | Failure> {
    if (purpose === "attempt") return challengeAttempt(context, await attemptOf(context, headers, attempt));
    if (purpose === "sign_in") return challengeSignIn(context, await browserOf(context, headers, reply));
    if (visitor.identity.state === "unknown") return fail("unavailable");
    if (context.actor.kind === "user") {
      const user = context as UserContext;
      return purpose === "prove" ? challengeProof(user) : challengeRegistration(user, { secret: readProof(context.settings, headers) });
    }
    return purpose === "prove" ? fail("unauthenticated") : challengeSignUp(context, await browserOf(context, headers, reply));
  }
}

/** Which browser asks; one that is new here gets the cookie that names it. */
export async function browserOf({ settings }: Context, headers: Headers, reply: Reply): Promise<string> {
  const known = await readDeviceCookie(settings, headers.get("cookie"));
  if (known !== null) return known;
  const browserId = newId();
  reply.setCookie(await deviceCookie(settings, browserId));
  return browserId;
}
