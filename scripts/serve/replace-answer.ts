import type { OutgoingHttpHeaders, ServerResponse } from "node:http";

export type Answer = { status: number; headers: OutgoingHttpHeaders; body: string | Buffer };

/**
 * Watches an answer of Next's. When it is about to begin and `replaces` says so, what `make` makes is sent in its place,
 * under the headers that stood before Next began and the cookies that it sets; whatever Next sends then is dropped.
 */
export function replaceAnswer(response: ServerResponse, replaces: () => boolean, make: () => Promise<Answer>): void {
  const { writeHead, write, end, flushHeaders } = response;
  const given = new Set([...response.getHeaderNames(), "set-cookie"]);
  let replaced = false;

  function isReplaced(): boolean {
    if (replaced || response.headersSent || !replaces()) return replaced;
    replaced = true;
    make().then(send).catch(() => response.destroy());
    return true;
  }
  function send({ status, headers, body }: Answer): void {
    for (const name of response.getHeaderNames()) if (!given.has(name)) response.removeHeader(name);
    writeHead.call(response, status, { ...headers, "content-length": Buffer.byteLength(body) });
    end.call(response, body, "utf8");
  }

  Object.assign(response, {
    writeHead(status: number, ...rest: []) {
      response.statusCode = status;
      return isReplaced() ? response : writeHead.call(response, status, ...rest);
    },
    flushHeaders: () => isReplaced() || flushHeaders.call(response),
    write: (...chunk: Parameters<typeof write>) => isReplaced() || write.apply(response, chunk),
    end: (...chunk: Parameters<typeof end>) => (isReplaced() ? response : end.apply(response, chunk)),
  });
}
