import { resetFactors } from "@/lib/admin/reset-factors";
import { adminEndpoint } from "@/lib/web/endpoint";
import { readProof } from "@/lib/web/proof-cookie";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  DELETE: adminEndpoint({
    summary: "Removes a user's second step",
    description: "Authenticator app, passkeys and recovery codes; the password alone opens the account then. 409 where there is none. Never for who may do more than the caller. Needs a step-up.",
    errors: ["not_found", "conflict", "proof_required"],
    permission: "factors.reset",
    output: null,
    run: (context, { params: { id = "" }, headers }) => resetFactors(context, id, { secret: readProof(context.settings, headers) }),
  }),
});
