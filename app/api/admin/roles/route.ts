import { listRoles } from "@/lib/access/list-roles";
import { roleSchema } from "@/lib/access/schema";
import { pageOf } from "@/lib/core/page";
import { adminEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: adminEndpoint({ summary: "All roles with their permissions",  permission: "users.read", output: pageOf(roleSchema), run: (context) => listRoles(context) }),
});
