import { endMatchingSessions } from "@/lib/admin/end-matching-sessions";
import { endedSchema } from "@/lib/admin/schema";
import { endMatchingInput } from "@/lib/admin/session-filter";
import { adminEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: adminEndpoint({ summary: "Ends all sessions that match, or says how many would", 
    permission: "sessions.end",
    body: endMatchingInput,
    output: endedSchema,
    run: (context, { body }) => endMatchingSessions(context, body),
  }),
});
