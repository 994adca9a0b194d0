import { endByProvider } from "@/lib/providers/end-by-provider";
import { logoutInput } from "@/lib/providers/schema";
import { publicEndpoint } from "@/lib/web/endpoint";
import { readForm } from "@/lib/web/read-form";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: publicEndpoint({
    summary: "A provider says that somebody has logged out there",
    description: "OpenID Connect Back-Channel Logout 1.0: the sessions that began through it before the token was made end, and are dead everywhere when this answers.",
    errors: ["not_found"],
    body: logoutInput,
    bodies: { "application/x-www-form-urlencoded": logoutInput },
    readBody: readForm,
    output: null,
    status: 200,
    run: (context, { body, params: { name = "" } }) => endByProvider(context, { name, logoutToken: body.logout_token }),
  }),
});
