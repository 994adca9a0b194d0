import { z } from "zod";
import { attemptAnswer, signInAnswer, signUpInput } from "@/lib/auth/schema";
import { signUp } from "@/lib/auth/sign-up";
import { answerSignIn, isNative } from "@/lib/web/answer-sign-in";
import { publicEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: publicEndpoint({
    summary: "Makes an account and signs in",
    errors: ["conflict", "rate_limited"],
    body: signUpInput,
    output: z.union([signInAnswer, attemptAnswer]),
    otherStatus: 202,
    status: 201,
    cookieless: isNative,
    run: (context, input, reply) => answerSignIn(context, input, reply, (browser) => signUp(context, input.body, browser)),
  }),
});
