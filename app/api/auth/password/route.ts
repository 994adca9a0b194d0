import { changePassword } from "@/lib/auth/change-password";
import { passwordInput } from "@/lib/auth/schema";
import { userEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: userEndpoint({
    summary: "Changes the password and ends every other session",
    errors: ["invalid_credentials", "rate_limited"],
    body: passwordInput,
    output: null,
    run: (context, { body }) => changePassword(context, body),
  }),
});
