import { resetPassword } from "@/lib/auth/reset-password";
import { resetInput } from "@/lib/auth/schema";
import { fail } from "@/lib/core/errors";
import { publicEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: publicEndpoint({
    summary: "Sets a new password by the link of a mail",
    description: "Ends every session and signs nobody in. 404 where there is no mail.",
    errors: ["not_found", "link_over"],
    body: resetInput,
    output: null,
    run: (context, { body }) => (context.mailer ? resetPassword(context, body) : Promise.resolve(fail("not_found"))),
  }),
});
