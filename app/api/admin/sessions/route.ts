import { listAllSessions } from "@/lib/admin/list-all-sessions";
import { adminSessionSchema } from "@/lib/admin/schema";
import { sessionsQuery } from "@/lib/admin/session-filter";
import { pageOf } from "@/lib/core/page";
import { adminEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: adminEndpoint({ summary: "Sessions of everyone", 
    permission: "sessions.read",
    query: sessionsQuery,
    output: pageOf(adminSessionSchema),
    run: (context, { query }) => listAllSessions(context, query),
  }),
});
