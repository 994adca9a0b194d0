import { beginEmailChange } from "@/lib/auth/begin-email-change";
import { cancelEmailChange } from "@/lib/auth/cancel-email-change";
import { attemptAnswer, emailInput } from "@/lib/auth/schema";
import { fail, isFailure } from "@/lib/core/errors";
import { answerAttempt } from "@/lib/web/answer-attempt";
import { clientOf } from "@/lib/web/bearer";
import { userEndpoint } from "@/lib/web/endpoint";
import { readProof } from "@/lib/web/proof-cookie";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: userEndpoint({
    summary: "Asks for another address",
    description: "A code goes to it, and until `attempt/prove` is given it the account keeps the address that it has. Needs a step-up. 404 where there is no mail.",
    errors: ["not_found", "proof_required", "rate_limited"],
    body: emailInput,
    output: attemptAnswer,
    status: 202,
    async run(context, { body, headers }, reply) {
      if (!context.mailer) return fail("not_found");
      const begun = await beginEmailChange(context, body, clientOf(headers), { secret: readProof(context.settings, headers) });
      return isFailure(begun) ? begun : answerAttempt(context, begun, reply);
    },
  }),
  DELETE: userEndpoint({
    summary: "Gives up a change of the address that is under way",
    output: null,
    run: (context) => cancelEmailChange(context),
  }),
});
