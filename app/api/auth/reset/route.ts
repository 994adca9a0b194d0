import { resetPassword } from "@/lib/auth/reset-password";
import { resetInput } from "@/lib/auth/schema";
import { publicEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: publicEndpoint({
    summary: "Sets a new password by a link",
    description: "Ends every session and signs nobody in. Where there is no mail an administrator hands such links over.",
    errors: ["link_over"],
    body: resetInput,
    output: null,
    run: (context, { body }) => resetPassword(context, body),
  }),
});
