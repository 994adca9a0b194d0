import { stopTrusting } from "@/lib/auth/stop-trusting";
import { userEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  DELETE: userEndpoint({
    summary: "Asks for a second step on a device again",
    errors: ["not_found"],
    output: null,
    run: (context, { params: { id = "" } }) => stopTrusting(context, id),
  }),
});
