import { z } from "zod";
import { attemptAnswer, passkeySignInInput, signInAnswer } from "@/lib/auth/schema";
import { signInByPasskey } from "@/lib/auth/sign-in-by-passkey";
import { answerSignIn } from "@/lib/web/answer-sign-in";
import { publicEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: publicEndpoint({
    summary: "Signs in with a passkey",
    description: "By the answer to a challenge of `passkeys/challenge` for `sign_in`, in the browser that asked for it.",
    errors: ["invalid_credentials", "rate_limited"],
    body: passkeySignInInput,
    output: z.union([signInAnswer, attemptAnswer]),
    otherStatus: 202,
    run: (context, { body, headers }, reply) => answerSignIn(context, { body: {}, headers }, reply, (browser) => signInByPasskey(context, body, browser)),
  }),
});
