import { allEventsQuery, listAllEvents } from "@/lib/admin/list-all-events";
import { adminEventSchema } from "@/lib/admin/schema";
import { pageOf } from "@/lib/core/page";
import { adminEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: adminEndpoint({ summary: "The audit log of everyone",  permission: "events.read", query: allEventsQuery, output: pageOf(adminEventSchema), run: (context, { query }) => listAllEvents(context, query) }),
});
