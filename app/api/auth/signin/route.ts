import { signedInSchema, signInInput } from "@/lib/auth/schema";
import { signIn } from "@/lib/auth/sign-in";
import { isFailure } from "@/lib/core/errors";
import { readBrowser } from "@/lib/web/browser";
import { publicEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";
import { signInCookies } from "@/lib/web/sign-in-cookies";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: publicEndpoint({
    body: signInInput,
    output: signedInSchema,
    async run(context, { body, headers }, reply) {
      const browser = await readBrowser(context.settings, headers.get("cookie"));
      const begun = await signIn(context, body, browser);
      if (isFailure(begun)) return begun;
      for (const cookie of await signInCookies(context, begun, browser.browserId)) reply.setCookie(cookie);
      return { user: begun.user, session: begun.session };
    },
  }),
});
