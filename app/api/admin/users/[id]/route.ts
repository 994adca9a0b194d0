import { deleteUser } from "@/lib/admin/delete-user";
import { getUser } from "@/lib/admin/get-user";
import { adminUserSchema } from "@/lib/admin/schema";
import { updateUser, userChange } from "@/lib/admin/update-user";
import { deletionSchema } from "@/lib/leaving/schema";
import { adminEndpoint } from "@/lib/web/endpoint";
import { readProof } from "@/lib/web/proof-cookie";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: adminEndpoint({ summary: "One user", errors: ["not_found", "conflict"],  permission: "users.read", output: adminUserSchema, run: (context, { params: { id = "" } }) => getUser(context, id) }),
  DELETE: adminEndpoint({
    summary: "Has a user's account deleted",
    description: "Every session of it ends, and it is erased after the days of grace, in which its owner can keep it unless it is disabled. The last administrator cannot be deleted. Never for who may do more than the caller. Needs a step-up.",
    errors: ["not_found", "conflict", "proof_required"],
    permission: "users.manage",
    output: deletionSchema,
    status: 202,
    run: (context, { params: { id = "" }, headers }) => deleteUser(context, id, { secret: readProof(context.settings, headers) }),
  }),
  PATCH: adminEndpoint({
    summary: "Changes a user's role, disables or enables the account",
    description: "Disabling ends every session of it. The last administrator can be neither demoted nor disabled. Needs a step-up.",
    errors: ["not_found", "conflict", "proof_required"],
    permission: "users.manage",
    body: userChange,
    output: adminUserSchema,
    run: (context, { body, params: { id = "" }, headers }) => updateUser(context, id, body, { secret: readProof(context.settings, headers) }),
  }),
});
