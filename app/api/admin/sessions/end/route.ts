import { endMatchingSessions } from "@/lib/admin/end-matching-sessions";
import { endedSchema } from "@/lib/admin/schema";
import { endMatchingInput } from "@/lib/admin/session-filter";
import { adminEndpoint } from "@/lib/web/endpoint";
import { readProof } from "@/lib/web/proof-cookie";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: adminEndpoint({
    summary: "Ends all sessions that match, or says how many would",
    description: "Never the caller's own, nor those of who may do more. Needs a step-up, unless it is a dry run.",
    errors: ["proof_required"],
    permission: "sessions.end",
    body: endMatchingInput,
    output: endedSchema,
    run: (context, { body, headers }) => endMatchingSessions(context, body, { secret: readProof(context.settings, headers) }),
  }),
});
