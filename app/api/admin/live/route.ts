import { described } from "@/lib/web/endpoint";
import { adminStream } from "@/lib/web/admin-stream";
import { routes } from "@/lib/web/route";

export const dynamic = "force-dynamic";
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({ GET: described({ summary: "Changes of everyone's sessions as server-sent events", session: true, output: null, status: 200, contentType: "text/event-stream", errors: ["unauthenticated", "forbidden", "unavailable"] }, adminStream) });
