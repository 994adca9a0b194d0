import { readOwnSession } from "@/lib/auth/own-session";
import { proveSession } from "@/lib/auth/prove-session";
import { isProven, waysToProve } from "@/lib/auth/require-proof";
import { stepUpInput, stepUpSchema } from "@/lib/auth/schema";
import { isFailure } from "@/lib/core/errors";
import { iso } from "@/lib/core/time";
import { clientOf } from "@/lib/web/bearer";
import { userEndpoint } from "@/lib/web/endpoint";
import { proofCookie, readProof } from "@/lib/web/proof-cookie";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: userEndpoint({
    setUp: true,
    summary: "Whether it was proven lately who holds this session, and how it can be",
    output: stepUpSchema,
    async run(context, { headers }) {
      const own = await readOwnSession(context);
      if (isFailure(own)) return own;
      const proven = isProven(own, { secret: readProof(context.settings, headers) });
      return { ways: waysToProve(own), provenUntil: proven && own.provenUntil ? iso(own.provenUntil) : null };
    },
  }),
  POST: userEndpoint({
    setUp: true,
    summary: "Proves once more who holds this session, for what changes the account",
    description: "A browser gets a cookie of its own for it; a native client `proof`, to be sent as `x-latchkey-proof`.",
    errors: ["invalid_credentials", "invalid_code", "attempt_over", "proof_required", "conflict", "rate_limited"],
    body: stepUpInput,
    output: stepUpSchema,
    async run(context, { body, headers }, reply) {
      const proven = await proveSession(context, body);
      if (isFailure(proven)) return proven;
      const { secret, own } = proven;
      const answer = { ways: waysToProve(own), provenUntil: own.provenUntil && iso(own.provenUntil) };
      if (clientOf(headers) === "native") return { ...answer, proof: secret };
      reply.setCookie(proofCookie(context.settings, secret));
      return answer;
    },
  }),
});
