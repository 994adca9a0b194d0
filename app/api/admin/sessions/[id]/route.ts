import { z } from "zod";
import { endAnySession } from "@/lib/admin/end-any-session";
import { reasonSchema } from "@/lib/admin/session-filter";
import { isFailure } from "@/lib/core/errors";
import { adminEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  DELETE: adminEndpoint({ summary: "Ends one session of anyone", errors: ["not_found"], 
    permission: "sessions.end",
    body: z.strictObject({ reason: reasonSchema.optional() }),
    output: null,
    async run(context, { body: { reason }, params: { id = "" } }) {
      const ended = await endAnySession(context, id, reason);
      if (isFailure(ended)) return ended;
    },
  }),
});
