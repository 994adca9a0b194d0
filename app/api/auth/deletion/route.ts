import { askForDeletion } from "@/lib/leaving/ask-for-deletion";
import { deletionSchema } from "@/lib/leaving/schema";
import { userEndpoint } from "@/lib/web/endpoint";
import { readProof } from "@/lib/web/proof-cookie";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: userEndpoint({
    summary: "Asks for the account to be deleted",
    description: "Every session of it ends, this one too. Until it is due a full sign-in offers `attempt/keep`, and nothing else. 409 for the last administrator. Needs a step-up.",
    errors: ["proof_required", "conflict"],
    output: deletionSchema,
    status: 202,
    run: (context, { headers }) => askForDeletion(context, { secret: readProof(context.settings, headers) }),
  }),
});
