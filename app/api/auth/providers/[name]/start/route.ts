import { nextPath } from "@/app/(auth)/next-path";
import { startedSchema, startProviderForm, startProviderInput } from "@/lib/providers/schema";
import { publicEndpoint } from "@/lib/web/endpoint";
import { readStart, startProvider } from "@/lib/web/provider-start";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: publicEndpoint({
    summary: "Sends a browser to another provider",
    description:
      "To sign in or up there (`sign_in`), to link what somebody has there to their account, after a step-up (`link`), or to prove once more who they are (`prove`). The browser goes to `url`, and comes back by `callback`; it has ten minutes. A plain form is answered with 303 to there, or to a page that says why not.",
    errors: ["not_found", "unauthenticated", "forbidden", "proof_required", "conflict"],
    body: startProviderInput,
    bodies: { "application/json": startProviderInput, "application/x-www-form-urlencoded": startProviderForm },
    readBody: readStart,
    output: startedSchema,
    leads: true,
    run: (context, call, reply) => startProvider(context, call, nextPath(call.body.next), reply),
  }),
});
