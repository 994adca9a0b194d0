import { askForReset } from "@/lib/auth/ask-for-reset";
import { emailInput } from "@/lib/auth/schema";
import { fail } from "@/lib/core/errors";
import { readDeviceCookie } from "@/lib/web/device-cookie";
import { publicEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: publicEndpoint({
    summary: "Sends a link to set a new password",
    description: "Answers every address alike. 404 where there is no mail.",
    errors: ["not_found"],
    body: emailInput,
    output: null,
    status: 202,
    async run(context, { body: { email }, headers }) {
      if (!context.mailer) return fail("not_found");
      await askForReset(context, email, await readDeviceCookie(context.settings, headers.get("cookie")));
    },
  }),
});
