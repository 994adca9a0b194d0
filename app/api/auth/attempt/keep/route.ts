import { z } from "zod";
import { attemptAnswer, signInAnswer } from "@/lib/auth/schema";
import { keepAccount } from "@/lib/leaving/keep-account";
import { userSchema } from "@/lib/users/schema";
import { answerProof } from "@/lib/web/answer-proof";
import { publicEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

const body = z.strictObject({ attempt: z.string().max(4096).optional() });

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: publicEndpoint({
    summary: "Keeps an account that was to be deleted, and signs in",
    description: "For an attempt with `keepUntil`: everything was proven, and nothing else is possible until then.",
    errors: ["attempt_over"],
    body,
    output: z.union([signInAnswer, attemptAnswer, userSchema]),
    cookieless: ({ attempt }) => attempt !== undefined,
    run: (context, { body: { attempt }, headers }, reply) => answerProof(context, { headers, token: attempt }, reply, (credential, browser) => keepAccount(context, credential, browser)),
  }),
});
