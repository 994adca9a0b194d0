import { makeRecoveryCodes } from "@/lib/auth/make-recovery-codes";
import { madeCodesSchema } from "@/lib/factors/schema";
import { userEndpoint } from "@/lib/web/endpoint";
import { readProof } from "@/lib/web/proof-cookie";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: userEndpoint({
    setUp: true,
    summary: "Makes new recovery codes",
    description: "Shown this once; those before them open nothing any more. Needs a step-up.",
    errors: ["proof_required", "conflict", "rate_limited"],
    output: madeCodesSchema,
    run: (context, { headers }) => makeRecoveryCodes(context, { secret: readProof(context.settings, headers) }),
  }),
});
