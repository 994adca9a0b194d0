import { removePasskey } from "@/lib/auth/remove-passkey";
import { renamePasskey } from "@/lib/auth/rename-passkey";
import { passkeyNameInput } from "@/lib/auth/schema";
import { passkeySchema } from "@/lib/factors/schema";
import { userEndpoint } from "@/lib/web/endpoint";
import { readProof } from "@/lib/web/proof-cookie";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  PATCH: userEndpoint({
    setUp: true,
    summary: "Names a passkey",
    errors: ["not_found"],
    body: passkeyNameInput,
    output: passkeySchema,
    run: (context, { params: { id = "" }, body }) => renamePasskey(context, id, body),
  }),
  DELETE: userEndpoint({
    setUp: true,
    summary: "Removes a passkey",
    description: "Needs a step-up. 409 for the last way into the account.",
    errors: ["not_found", "proof_required", "conflict"],
    output: null,
    run: (context, { params: { id = "" }, headers }) => removePasskey(context, id, { secret: readProof(context.settings, headers) }),
  }),
});
