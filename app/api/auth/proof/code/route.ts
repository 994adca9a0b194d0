import { isProven, waysToProve } from "@/lib/auth/require-proof";
import { stepUpSchema } from "@/lib/auth/schema";
import { sendStepUpCode } from "@/lib/auth/step-up-code";
import { isFailure } from "@/lib/core/errors";
import { iso } from "@/lib/core/time";
import { userEndpoint } from "@/lib/web/endpoint";
import { readProof } from "@/lib/web/proof-cookie";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: userEndpoint({
    setUp: true,
    summary: "Sends a code to prove by who holds this session",
    description: "To the account's own address, where `email_code` is among the ways: it has neither a password nor a factor. Good in this session, for `POST /api/auth/proof`.",
    errors: ["proof_required", "rate_limited", "attempt_over"],
    output: stepUpSchema,
    status: 202,
    async run(context, { headers }) {
      const own = await sendStepUpCode(context);
      if (isFailure(own)) return own;
      const proven = isProven(own, { secret: readProof(context.settings, headers) });
      return { ways: waysToProve(own), provenUntil: proven && own.provenUntil ? iso(own.provenUntil) : null };
    },
  }),
});
