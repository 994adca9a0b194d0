import { z } from "zod";
import { attemptAnswer, signInAnswer, signInInput } from "@/lib/auth/schema";
import { signIn } from "@/lib/auth/sign-in";
import { answerSignIn, isNative } from "@/lib/web/answer-sign-in";
import { publicEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: publicEndpoint({
    summary: "Signs in",
    description: "A browser by cookie, a native client by tokens.",
    errors: ["invalid_credentials", "rate_limited"],
    body: signInInput,
    output: z.union([signInAnswer, attemptAnswer]),
    otherStatus: 202,
    cookieless: isNative,
    run: (context, input, reply) => answerSignIn(context, input, reply, (browser) => signIn(context, input.body, browser)),
  }),
});
