import { beginEmailProof } from "@/lib/auth/begin-email-change";
import { attemptAnswer } from "@/lib/auth/schema";
import { fail, isFailure } from "@/lib/core/errors";
import { answerAttempt } from "@/lib/web/answer-attempt";
import { clientOf } from "@/lib/web/bearer";
import { userEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: userEndpoint({
    setUp: true,
    summary: "Sends a code to the account's address, which nobody has proven",
    description: "`attempt/prove` takes it. 404 where there is no mail.",
    errors: ["not_found", "conflict", "rate_limited"],
    output: attemptAnswer,
    status: 202,
    async run(context, { headers }, reply) {
      if (!context.mailer) return fail("not_found");
      const begun = await beginEmailProof(context, clientOf(headers));
      return isFailure(begun) ? begun : answerAttempt(context, begun, reply);
    },
  }),
});
