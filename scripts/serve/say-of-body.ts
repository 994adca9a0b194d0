import type { IncomingMessage, ServerResponse } from "node:http";
import { ENCODING_HEADER, LENGTH_HEADER } from "@/lib/core/headers";

/** What may be compressed beforehand (lib/web/answer-encoded.ts), and the files of exports, whose length is known. */
const SAID = /^\/(?:docs\/|api\/openapi\.json|api\/auth\/exports\/|leave\/download\/)/;
const HEADERS = [[ENCODING_HEADER, "content-encoding"], [LENGTH_HEADER, "content-length"]] as const;

/** Next takes `Content-Encoding` and `Content-Length` off whatever a route answers, for `fetch` may have decoded it. Says them in the route's place. */
export function sayOfBody({ url }: IncomingMessage, response: ServerResponse): void {
  if (!SAID.test(url ?? "")) return;
  const { writeHead } = response;
  Object.assign(response, {
    writeHead(...args: Parameters<typeof writeHead>) {
      for (const [ours, name] of HEADERS) {
        const value = response.getHeader(ours);
        if (value !== undefined) response.setHeader(name, value).removeHeader(ours);
      }
      return writeHead.apply(response, args);
    },
  });
}
