import { z } from "zod";
import { proveAttempt } from "@/lib/auth/prove-attempt";
import { attemptAnswer, emailSchema, signInAnswer } from "@/lib/auth/schema";
import { deviceInput } from "@/lib/devices/schema";
import { userSchema } from "@/lib/users/schema";
import { answerProof } from "@/lib/web/answer-proof";
import { publicEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

const body = z.strictObject({ email: emailSchema, otp: z.string().max(64), device: deviceInput.optional(), attempt: z.string().max(4096).optional() });

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: publicEndpoint({
    summary: "Proves an address by the code that was sent there",
    description: "The same as proving an attempt with `email_code`.",
    errors: ["attempt_over", "invalid_code", "proof_required", "conflict"],
    body,
    output: z.union([signInAnswer, attemptAnswer, userSchema]),
    otherStatus: [201, 202],
    cookieless: ({ attempt }) => attempt !== undefined,
    run: (context, { body: { email, otp, attempt }, headers }, reply) =>
      answerProof(context, { headers, token: attempt }, reply, (credential, browser) => proveAttempt(context, credential, { method: "email_code", code: otp, email }, browser)),
  }),
});
