import { listUsers, usersQuery } from "@/lib/admin/list-users";
import { adminUserSchema } from "@/lib/admin/schema";
import { pageOf } from "@/lib/core/page";
import { adminEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: adminEndpoint({ summary: "All users",  permission: "users.read", query: usersQuery, output: pageOf(adminUserSchema), run: (context, { query }) => listUsers(context, query) }),
});
