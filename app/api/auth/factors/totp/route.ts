import { beginTotp } from "@/lib/auth/begin-totp";
import { removeTotp } from "@/lib/auth/remove-totp";
import { totpSetUpSchema } from "@/lib/factors/schema";
import { userEndpoint } from "@/lib/web/endpoint";
import { readProof } from "@/lib/web/proof-cookie";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: userEndpoint({
    setUp: true,
    summary: "Begins to set up an authenticator app",
    description: "It is on once `factors/totp/confirm` is given a code of it, in the same session and within ten minutes; one that is on stays on until then. Needs a step-up. 404 where the operator gave no `ENCRYPTION_KEYS`.",
    errors: ["not_found", "proof_required", "conflict"],
    output: totpSetUpSchema,
    status: 201,
    run: (context, { headers }) => beginTotp(context, { secret: readProof(context.settings, headers) }),
  }),
  DELETE: userEndpoint({
    setUp: true,
    summary: "Turns the authenticator app off",
    description: "Recovery codes go with it where nothing asks for a second step any more. Needs a step-up.",
    errors: ["proof_required", "conflict"],
    output: null,
    run: (context, { headers }) => removeTotp(context, { secret: readProof(context.settings, headers) }),
  }),
});
