import { roleInput, roleSchema } from "@/lib/access/schema";
import { putRole } from "@/lib/admin/put-role";
import { adminEndpoint } from "@/lib/web/endpoint";
import { readProof } from "@/lib/web/proof-cookie";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  PUT: adminEndpoint({
    summary: "Makes or changes a role of the operator's own",
    description: "Needs a step-up.",
    errors: ["conflict", "not_found", "proof_required"],
    permission: "roles.manage",
    body: roleInput,
    output: roleSchema,
    run: (context, { body, params: { name = "" }, headers }) => putRole(context, name, body, { secret: readProof(context.settings, headers) }),
  }),
});
