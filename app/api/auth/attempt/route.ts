import { readAttempt } from "@/lib/auth/attempt-row";
import { attemptView } from "@/lib/auth/attempt-view";
import { cancelAttempt } from "@/lib/auth/cancel-attempt";
import { attemptSchema } from "@/lib/auth/schema";
import { isFailure } from "@/lib/core/errors";
import { ATTEMPT_HEADER } from "@/lib/core/headers";
import { attemptOf } from "@/lib/web/answer-attempt";
import { clearedAttemptCookie } from "@/lib/web/attempt-cookie";
import { publicEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: publicEndpoint({
    summary: "The sign-in, sign-up or change of address that is under way",
    errors: ["attempt_over"],
    output: attemptSchema,
    async run(context, { headers }) {
      const attempt = await readAttempt(context, await attemptOf(context, headers));
      return isFailure(attempt) ? attempt : attemptView(context, attempt);
    },
  }),
  DELETE: publicEndpoint({
    summary: "Gives it up",
    errors: ["attempt_over"],
    output: null,
    cookieless: (_body, headers) => isNative(headers),
    async run(context, { headers }, reply) {
      const cancelled = await cancelAttempt(context, await attemptOf(context, headers));
      if (cancelled) return cancelled;
      if (!isNative(headers)) reply.setCookie(clearedAttemptCookie(context.settings));
    },
  }),
});

/** Whether it is the attempt of who has no cookie. */
function isNative(headers: Headers): boolean {
  return headers.has(ATTEMPT_HEADER);
}
