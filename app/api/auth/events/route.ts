import { eventStream } from "@/lib/web/event-stream";
import { described } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const dynamic = "force-dynamic";
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: described(
    {
      summary: "The account's changes as server-sent events; no use of the session",
      description: "The header `x-session-ends` tells when the session ends if nobody uses it; HEAD asks for that alone.",
      session: true,
      output: null,
      status: 200,
      contentType: "text/event-stream",
      errors: ["unauthenticated", "unavailable"],
    },
    eventStream,
  ),
});
