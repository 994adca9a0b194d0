import { z } from "zod";
import { sessionSchema } from "@/lib/sessions/schema";
import { refreshSession } from "@/lib/tokens/refresh-session";
import { refreshInput, tokensSchema } from "@/lib/tokens/schema";
import { publicEndpoint } from "@/lib/web/endpoint";
import { refreshBrowser } from "@/lib/web/refresh-browser";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: publicEndpoint({
    summary: "Prolongs the session",
    description: "A browser's by its cookie, without a body; a native client's by exchanging its refresh token, which is good once.",
    errors: ["unauthenticated", "token_reused"],
    body: refreshInput,
    output: z.strictObject({ session: sessionSchema, tokens: tokensSchema.optional() }),
    cookieless: ({ refreshToken }) => refreshToken !== undefined,
    run: (context, { body: { refreshToken }, headers }, reply) =>
      refreshToken === undefined ? refreshBrowser(context, headers, reply) : refreshSession(context, refreshToken),
  }),
});
