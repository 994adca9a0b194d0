import type { IncomingMessage, ServerResponse } from "node:http";

const PATIENCE_MS = 1_000;

/**
 * A request that was answered before its body was read to the end (a file too large, a form that is wrong): the rest
 * is thrown away, or the next request on the connection would wait for ever. Who still sends after a second is cut off;
 * cutting at once would reset the connection, and the answer would be lost.
 */
export function finishRequest(request: IncomingMessage, response: ServerResponse): void {
  response.once("finish", () => {
    if (request.complete) return;
    // Next's own reader holds the stream back.
    request.removeAllListeners("data").removeAllListeners("readable").resume();
    const { socket } = request;
    setTimeout(() => request.complete || socket.destroy(), PATIENCE_MS).unref();
  });
}
