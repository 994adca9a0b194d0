import type { AttemptCredential } from "@/lib/auth/attempt-row";
import { attemptView } from "@/lib/auth/attempt-view";
import type { BegunAttempt } from "@/lib/auth/begin-attempt";
import type { AttemptAnswer } from "@/lib/auth/schema";
import type { Context } from "@/lib/core/context";
import { ATTEMPT_HEADER } from "@/lib/core/headers";
import { attemptCookie, attemptToken, readAttemptCookie, readAttemptToken } from "./attempt-cookie";
import type { Reply } from "./endpoint";

const ACCEPTED = 202;

/** The attempt that a call is about: by the text that a native client sends, else by the cookie. */
export async function attemptOf({ settings }: Context, headers: Headers, token?: string): Promise<AttemptCredential | null> {
  const sent = token ?? headers.get(ATTEMPT_HEADER);
  return sent === null || sent === undefined ? readAttemptCookie(settings, headers.get("cookie")) : readAttemptToken(settings, sent);
}

/** 202 with an attempt in place of a session: a browser holds it by a cookie, a native client by an opaque text. */
export async function answerAttempt(context: Context, { attempt, credential }: BegunAttempt, reply: Reply): Promise<AttemptAnswer> {
  const { settings } = context;
  reply.setStatus(ACCEPTED);
  const view = await attemptView(context, attempt);
  if (attempt.client === "native") return { attempt: { ...view, token: await attemptToken(settings, credential) } };
  reply.setCookie(await attemptCookie(settings, credential));
  return { attempt: view };
}
