import { z } from "zod";
import { proveAttempt } from "@/lib/auth/prove-attempt";
import { attemptAnswer, proofInput, signInAnswer } from "@/lib/auth/schema";
import { userSchema } from "@/lib/users/schema";
import { answerProof } from "@/lib/web/answer-proof";
import { publicEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

const body = proofInput.extend({ attempt: z.string().max(4096).optional(), trustDevice: z.boolean().optional() });

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: publicEndpoint({
    summary: "Proves what an attempt asks",
    description: "Signs in when nothing more is asked: 201 for a sign-up, 200 for a sign-in. A change of the address answers 200 with the user.",
    errors: ["attempt_over", "invalid_code", "proof_required", "conflict", "rate_limited"],
    body,
    output: z.union([signInAnswer, attemptAnswer, userSchema]),
    otherStatus: [201, 202],
    cookieless: ({ attempt }) => attempt !== undefined,
    run: (context, { body: { attempt, trustDevice: trust, ...proof }, headers }, reply) =>
      answerProof(context, { headers, token: attempt }, reply, (credential, browser) => proveAttempt(context, credential, proof, { ...browser, trust })),
  }),
});
