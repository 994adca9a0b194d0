import type { IncomingMessage, ServerResponse } from "node:http";
import { ENCODING_HEADER } from "@/lib/core/headers";

/** What may be compressed beforehand (lib/web/answer-encoded.ts). */
const COMPRESSED = /^\/(?:docs\/|api\/openapi\.json)/;

/** Next takes `Content-Encoding` off whatever a route answers, for `fetch` may have decoded it. Says it in the route's place. */
export function sayEncoding({ url }: IncomingMessage, response: ServerResponse): void {
  if (!COMPRESSED.test(url ?? "")) return;
  const { writeHead } = response;
  Object.assign(response, {
    writeHead(...args: Parameters<typeof writeHead>) {
      const encoding = response.getHeader(ENCODING_HEADER);
      if (encoding !== undefined) response.setHeader("content-encoding", encoding).removeHeader(ENCODING_HEADER);
      return writeHead.apply(response, args);
    },
  });
}
