import { preferencesInput, preferencesSchema } from "@/lib/users/schema";
import { updatePreferences } from "@/lib/users/update-preferences";
import { userEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  PATCH: userEndpoint({
    summary: "Changes the user's preferences",
    description: "What is left out stays. Answers with all preferences as they stand, also when nothing was changed.",
    body: preferencesInput,
    output: preferencesSchema,
    run: (context, { body }) => updatePreferences(context, body),
  }),
});
