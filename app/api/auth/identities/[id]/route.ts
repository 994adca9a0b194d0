import { unlinkIdentity } from "@/lib/auth/unlink-identity";
import { userEndpoint } from "@/lib/web/endpoint";
import { readProof } from "@/lib/web/proof-cookie";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  DELETE: userEndpoint({
    setUp: true,
    summary: "Unlinks an account at another provider",
    description: "Needs a step-up. 409 for the last way into the account.",
    errors: ["not_found", "proof_required", "conflict"],
    output: null,
    run: (context, { params: { id = "" }, headers }) => unlinkIdentity(context, id, { secret: readProof(context.settings, headers) }),
  }),
});
