import { signedInSchema } from "@/lib/auth/schema";
import { fail } from "@/lib/core/errors";
import { userEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

/** The middleware answers GET itself; this is for the other methods, and for a request that came around it. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: userEndpoint({
    summary: "Who is this?",
    output: signedInSchema,
    async run(_context, { visitor: { identity } }) {
      return identity.state === "authenticated" ? { user: identity.user, session: identity.session } : fail("unauthenticated");
    },
  }),
});
