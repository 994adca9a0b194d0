import { z } from "zod";
import { isFailure } from "@/lib/core/errors";
import { endAllSessions } from "@/lib/sessions/end-all-sessions";
import { userEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";
import { clearedSessionCookie } from "@/lib/web/session-cookie";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: userEndpoint({
    summary: "Ends all sessions, or all others",
    body: z.strictObject({ keepCurrent: z.boolean().default(false) }),
    output: z.strictObject({ ended: z.int() }),
    async run(context, { body: { keepCurrent } }, reply) {
      const ended = await endAllSessions(context, { keepCurrent });
      if (!isFailure(ended) && !keepCurrent) reply.setCookie(clearedSessionCookie(context.settings));
      return ended;
    },
  }),
});
