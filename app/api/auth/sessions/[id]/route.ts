import { isFailure } from "@/lib/core/errors";
import { endSession } from "@/lib/sessions/end-session";
import { userEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";
import { clearedSessionCookie } from "@/lib/web/session-cookie";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  DELETE: userEndpoint({
    summary: "Ends one session; again and again if need be",
    errors: ["not_found"],
    output: null,
    async run(context, { params: { id = "" } }, reply) {
      const ended = await endSession(context, id);
      if (isFailure(ended)) return ended;
      if (id === context.actor.sessionId) reply.setCookie(clearedSessionCookie(context.settings));
    },
  }),
});
