import { registerPasskey } from "@/lib/auth/register-passkey";
import { newPasskeyInput } from "@/lib/auth/schema";
import { passkeySchema } from "@/lib/factors/schema";
import { userEndpoint } from "@/lib/web/endpoint";
import { readProof } from "@/lib/web/proof-cookie";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: userEndpoint({
    setUp: true,
    summary: "Adds a passkey",
    description: "By the answer to a challenge of `passkeys/challenge` for `register`. Needs a step-up. Without `name` it is called after what keeps it.",
    errors: ["proof_required", "conflict"],
    body: newPasskeyInput,
    output: passkeySchema,
    status: 201,
    run: (context, { body, headers }) => registerPasskey(context, body, { secret: readProof(context.settings, headers) }),
  }),
});
