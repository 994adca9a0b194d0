import { challengeInput, challengeSchema } from "@/lib/auth/schema";
import { answerChallenge } from "@/lib/web/answer-challenge";
import { publicEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: publicEndpoint({
    summary: "What to ask an authenticator with",
    description:
      "For a sign-in (`sign_in`), for an attempt (`attempt`), for a step-up (`prove`), or for a new passkey (`register`): one more of who is signed in, after a step-up; of a new account when nobody is, whose name and address the client puts into `options.user`. Good for five minutes and one answer, in the browser, attempt or session that asked.",
    errors: ["unauthenticated", "attempt_over", "proof_required", "conflict"],
    body: challengeInput,
    output: challengeSchema,
    cookieless: ({ attempt }) => attempt !== undefined,
    run: answerChallenge,
  }),
});
