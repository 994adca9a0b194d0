import { pageOf } from "@/lib/core/page";
import { eventsQuery, listEvents } from "@/lib/events/list-events";
import { eventSchema } from "@/lib/events/schema";
import { userEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: userEndpoint({
    summary: "Lists what happened to the account, newest first",
    query: eventsQuery,
    output: pageOf(eventSchema),
    run: (context, { query }) => listEvents(context, query),
  }),
});
