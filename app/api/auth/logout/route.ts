import { isFailure } from "@/lib/core/errors";
import { endSession } from "@/lib/sessions/end-session";
import { userEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";
import { clearedSessionCookie } from "@/lib/web/session-cookie";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: userEndpoint({
    setUp: true,
    summary: "Ends this session",
    errors: ["not_found"],
    output: null,
    async run(context, _input, reply) {
      const ended = await endSession(context, context.actor.sessionId, "signed_out");
      if (isFailure(ended)) return ended;
      reply.setCookie(clearedSessionCookie(context.settings));
    },
  }),
});
