import { makeResetLink } from "@/lib/admin/make-reset-link";
import { handedLinkSchema } from "@/lib/auth/schema";
import { adminEndpoint } from "@/lib/web/endpoint";
import { readProof } from "@/lib/web/proof-cookie";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: adminEndpoint({
    summary: "Makes a link to set a user's password, to be handed over",
    description: "Good once, for half an hour; one made before is worth nothing from then on. It proves no address. Never for who may do more than the caller. Needs a step-up.",
    errors: ["not_found", "conflict", "proof_required"],
    permission: "users.manage",
    output: handedLinkSchema,
    status: 201,
    run: (context, { params: { id = "" }, headers }) => makeResetLink(context, id, { secret: readProof(context.settings, headers) }),
  }),
});
