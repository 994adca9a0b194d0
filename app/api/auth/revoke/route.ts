import { z } from "zod";
import { isFailure } from "@/lib/core/errors";
import { revokeToken } from "@/lib/tokens/revoke-token";
import { revokeInput } from "@/lib/tokens/schema";
import { publicEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: publicEndpoint({
    summary: "Revokes a token",
    description: "An access token alone; with a refresh token the session ends. 200 whether or not the token is known.",
    body: revokeInput,
    output: z.strictObject({}),
    cookieless: () => true,
    async run(context, { body: { token } }) {
      const failure = await revokeToken(context, token);
      return isFailure(failure) ? failure : {};
    },
  }),
});
