import { changePassword } from "@/lib/auth/change-password";
import { passwordInput } from "@/lib/auth/schema";
import { userEndpoint } from "@/lib/web/endpoint";
import { readProof } from "@/lib/web/proof-cookie";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: userEndpoint({
    summary: "Changes the password and ends every other session",
    description: "Where the second step is on, it needs a step-up too.",
    errors: ["invalid_credentials", "proof_required", "rate_limited"],
    body: passwordInput,
    output: null,
    run: (context, { body, headers }) => changePassword(context, body, { secret: readProof(context.settings, headers) }),
  }),
});
