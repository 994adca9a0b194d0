import { updatePreferences } from "@/lib/auth/update-preferences";
import { preferencesInput, preferencesSchema } from "@/lib/users/schema";
import { userEndpoint } from "@/lib/web/endpoint";
import { readProof } from "@/lib/web/proof-cookie";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  PATCH: userEndpoint({
    setUp: true,
    summary: "Changes the user's preferences",
    description:
      "What is left out stays. Answers with all preferences as they stand, also when nothing was changed. To switch `approveNewDevices` or `secondStep` off needs a step-up, and so does what is answered with `recoveryCodes`: the first time that the second step is switched on.",
    errors: ["proof_required", "conflict", "rate_limited"],
    body: preferencesInput,
    output: preferencesSchema,
    run: (context, { body, headers }) => updatePreferences(context, body, { secret: readProof(context.settings, headers) }),
  }),
});
