import type { IncomingMessage, ServerResponse } from "node:http";
import { refuse } from "./refuse";

/**
 * Next answers 500 to a form or a call of an action that it cannot decode (a cut multipart body, arguments that
 * are no JSON). What our actions throw never gets that far (lib/web/action.ts), and a page that fails answers
 * HTML: so a bare 500 to a form is the sender's fault, and 400.
 */
export function refuseUndecodable(request: IncomingMessage, response: ServerResponse): void {
  if (request.method !== "POST" || request.url?.startsWith("/api/")) return;
  const { writeHead, write, end } = response;
  const fixed = new Set(response.getHeaderNames());
  let refused = false;

  /** Asked whenever Next is about to send something; what it sends after the refusal is dropped. */
  function refuses(): boolean {
    const isPage = String(response.getHeader("content-type") ?? "").startsWith("text/html");
    if (refused || response.headersSent || response.statusCode !== 500 || isPage) return refused;
    refused = true;
    const watching = { writeHead: response.writeHead, write: response.write, end: response.end };
    Object.assign(response, { writeHead, write, end });
    for (const name of response.getHeaderNames()) if (!fixed.has(name)) response.removeHeader(name);
    refuse(response, "invalid_input");
    Object.assign(response, watching);
    return true;
  }

  Object.assign(response, {
    writeHead(status: number, ...rest: []) {
      response.statusCode = status;
      return refuses() ? response : writeHead.call(response, status, ...rest);
    },
    write: (...chunk: Parameters<typeof write>) => refuses() || write.apply(response, chunk),
    end: (...chunk: Parameters<typeof end>) => (refuses() ? response : end.apply(response, chunk)),
  });
}
