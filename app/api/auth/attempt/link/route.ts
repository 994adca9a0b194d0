import { z } from "zod";
import { linkByAttempt } from "@/lib/auth/link-by-attempt";
import { signInAnswer } from "@/lib/auth/schema";
import { answerLinked } from "@/lib/web/answer-proof";
import { publicEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

const body = z.strictObject({ attempt: z.string().max(4096).optional() });

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: publicEndpoint({
    summary: "Links the other provider that an attempt began at, and signs in",
    description: "Once the account's own proof was given: 403 with what is asked before that.",
    errors: ["attempt_over", "proof_required", "conflict"],
    body,
    output: signInAnswer,
    cookieless: ({ attempt }) => attempt !== undefined,
    run: (context, { body: { attempt }, headers }, reply) => answerLinked(context, { headers, token: attempt }, reply, (credential, browser) => linkByAttempt(context, credential, browser)),
  }),
});
