import { z } from "zod";
import { signInAnswer } from "@/lib/auth/schema";
import { keepAccount } from "@/lib/leaving/keep-account";
import { answerLinked } from "@/lib/web/answer-proof";
import { publicEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

const body = z.strictObject({ attempt: z.string().max(4096).optional() });

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: publicEndpoint({
    summary: "Keeps an account that was to be deleted, and signs in",
    description: "For an attempt with `keepUntil`: everything was proven, and nothing else is possible until then.",
    errors: ["attempt_over"],
    body,
    output: signInAnswer,
    cookieless: ({ attempt }) => attempt !== undefined,
    run: (context, { body: { attempt }, headers }, reply) => answerLinked(context, { headers, token: attempt }, reply, (credential, browser) => keepAccount(context, credential, browser)),
  }),
});
