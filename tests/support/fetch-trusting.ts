import { request } from "node:https";
import { Readable } from "node:stream";

/** `fetch` as who trusts this certificate has it; follows no redirect. */
export function fetchTrusting(ca: Buffer): typeof fetch {
  return async (input, init) => {
    const asked = new Request(input, init);
    const body = Buffer.from(await asked.arrayBuffer());
    const options = { method: asked.method, headers: { ...Object.fromEntries(asked.headers), ...(body.length > 0 && { "content-length": body.length }) }, ca, agent: false, signal: asked.signal } as const;
    return new Promise((resolve, reject) => {
      const sent = request(asked.url, options, (answer) => {
        const { statusCode: status = 0, headersDistinct } = answer;
        const headers = Object.entries(headersDistinct).flatMap(([name, values = []]) => values.map((value): [string, string] => [name, value]));
        const isEmpty = status === 204 || status === 304;
        if (isEmpty) answer.resume();
        resolve(new Response(isEmpty ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>), { status, headers }));
      });
      sent.on("error", reject).end(body);
    });
  };
}
