import { z } from "zod";
import { isFailure } from "@/lib/core/errors";
import { pageOf, pageQuery } from "@/lib/core/page";
import { endAllSessions } from "@/lib/sessions/end-all-sessions";
import { listSessions } from "@/lib/sessions/list-sessions";
import { sessionSchema } from "@/lib/sessions/schema";
import { userEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";
import { clearedSessionCookie } from "@/lib/web/session-cookie";

const yesOrNo = z.enum(["true", "false"]).default("false").transform((value) => value === "true");

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: userEndpoint({
    summary: "Lists the account's sessions, this one first, then by last use",
    query: pageQuery.extend({ ended: yesOrNo }),
    output: pageOf(sessionSchema),
    run: (context, { query }) => listSessions(context, query),
  }),
  DELETE: userEndpoint({
    summary: "Ends all sessions, or all others",
    query: z.strictObject({ keepCurrent: yesOrNo }),
    output: z.strictObject({ ended: z.int() }),
    async run(context, { query: { keepCurrent } }, reply) {
      const ended = await endAllSessions(context, { keepCurrent });
      if (!isFailure(ended) && !keepCurrent) reply.setCookie(clearedSessionCookie(context.settings));
      return ended;
    },
  }),
});
