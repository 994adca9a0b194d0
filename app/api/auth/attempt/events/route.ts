import { attemptStream } from "@/lib/web/attempt-stream";
import { described } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const dynamic = "force-dynamic";
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: described(
    {
      summary: "What becomes of an attempt, as server-sent events",
      session: false,
      output: null,
      status: 200,
      contentType: "text/event-stream",
      errors: ["attempt_over", "unavailable"],
    },
    attemptStream,
  ),
});
