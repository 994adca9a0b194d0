import { putRole } from "@/lib/access/put-role";
import { roleInput, roleSchema } from "@/lib/access/schema";
import { adminEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  PUT: adminEndpoint({ summary: "Makes or changes a role of the operator's own", errors: ["conflict", "not_found"], 
    permission: "roles.manage",
    body: roleInput,
    output: roleSchema,
    run: (context, { body, params: { name = "" } }) => putRole(context, name, body),
  }),
});
