import { signedInSchema, signUpInput } from "@/lib/auth/schema";
import { signUp } from "@/lib/auth/sign-up";
import { isFailure } from "@/lib/core/errors";
import { readBrowser } from "@/lib/web/browser";
import { publicEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";
import { signInCookies } from "@/lib/web/sign-in-cookies";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: publicEndpoint({
    body: signUpInput,
    output: signedInSchema,
    status: 201,
    async run(context, { body, headers }, reply) {
      const browser = await readBrowser(context.settings, headers.get("cookie"));
      const begun = await signUp(context, body, browser);
      if (isFailure(begun)) return begun;
      for (const cookie of await signInCookies(context, begun, browser.browserId)) reply.setCookie(cookie);
      return { user: begun.user, session: begun.session };
    },
  }),
});
