import { keepUser } from "@/lib/admin/keep-user";
import { adminEndpoint } from "@/lib/web/endpoint";
import { readProof } from "@/lib/web/proof-cookie";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  DELETE: adminEndpoint({
    summary: "Keeps a user's account that was to be deleted",
    description: "Whoever asked for that. 409 where it is not to be deleted, or where its erasure has begun. Never for who may do more than the caller. Needs a step-up.",
    errors: ["not_found", "conflict", "proof_required"],
    permission: "users.manage",
    output: null,
    run: (context, { params: { id = "" }, headers }) => keepUser(context, id, { secret: readProof(context.settings, headers) }),
  }),
});
