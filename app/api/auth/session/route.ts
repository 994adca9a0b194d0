import { signedInSchema } from "@/lib/auth/schema";
import { fail } from "@/lib/core/errors";
import { userEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

/** The front server answers GET and HEAD itself (lib/web/answer-session.ts); this is for the other methods, and what the contract says of it. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: userEndpoint({
    setUp: true,
    summary: "Who is this?",
    output: signedInSchema,
    async run(_context, { visitor: { identity } }) {
      return identity.state === "authenticated" ? { user: identity.user, session: identity.session } : fail("unauthenticated");
    },
  }),
});
