import type { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";

const PATIENCE_MS = 1_000;

/**
 * A request that was answered before its body was read to the end (a file too large, a form that is wrong): the rest
 * is thrown away, or the next request on the connection would wait for ever. Who still sends after a second is cut off;
 * cutting at once would reset the connection, and the answer would be lost.
 */
export function finishRequest(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request;
  // Node would do just that where the client said `Connection: close`: our half is closed first (RFC 9112, 9.6).
  socket.destroySoon = () => void (request.complete ? Socket.prototype.destroySoon.call(socket) : socket.end());
  response.once("finish", () => {
    if (request.complete) return;
    // Next's own reader holds the stream back.
    request.removeAllListeners("data").removeAllListeners("readable").resume();
    request.once("end", () => socket.writableEnded && socket.destroy());
    setTimeout(() => request.complete || socket.destroy(), PATIENCE_MS).unref();
  });
}
