import type { IncomingMessage, ServerResponse } from "node:http";
import { answerSession as answer } from "@/lib/web/answer-session";

/** Whether this is `GET /api/auth/session`, whatever its query, or the HEAD of it. */
export function asksWhoIsThis({ method, url }: IncomingMessage): boolean {
  return (method === "GET" || method === "HEAD") && (url === "/api/auth/session" || url?.startsWith("/api/auth/session?") === true);
}

/** Answers it here: Next's way to a route costs more than finding out who it is. */
export async function answerSession(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { headers: asked } = request;
  const { status, headers, body } = await answer({
    has: (name) => name in asked,
    get: (name) => {
      const value = asked[name];
      return value === undefined ? null : String(value);
    },
  });
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) });
  response.end(request.method === "HEAD" ? undefined : body);
}
