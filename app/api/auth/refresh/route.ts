import { z } from "zod";
import { fail } from "@/lib/core/errors";
import { sessionSchema } from "@/lib/sessions/schema";
import { userEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

/** A browser's refresh is a use like any other: the middleware has slid the session and its cookie. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: userEndpoint({
    output: z.strictObject({ session: sessionSchema }),
    async run(_context, { visitor: { identity } }) {
      return identity.state === "authenticated" ? { session: identity.session } : fail("unauthenticated");
    },
  }),
});
