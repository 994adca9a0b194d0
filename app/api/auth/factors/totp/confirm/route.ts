import { confirmTotp } from "@/lib/auth/confirm-totp";
import { totpCodeInput, totpConfirmedSchema } from "@/lib/factors/schema";
import { userEndpoint } from "@/lib/web/endpoint";
import { readProof } from "@/lib/web/proof-cookie";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: userEndpoint({
    setUp: true,
    summary: "Switches the authenticator app on that is being set up, by a code of it",
    description: "With the first second factor come recovery codes, shown this once; otherwise `recoveryCodes` is null. Needs a step-up.",
    errors: ["proof_required", "invalid_code", "attempt_over", "conflict", "rate_limited"],
    body: totpCodeInput,
    output: totpConfirmedSchema,
    run: (context, { body, headers }) => confirmTotp(context, body, { secret: readProof(context.settings, headers) }),
  }),
});
