import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { type ErrorCode, fail } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { problemOf } from "@/lib/core/problem";

/** Answers a request that goes no further, in the words of every other error (RFC 9457). */
export function refuse(response: ServerResponse, code: ErrorCode, headers: Record<string, string> = {}): void {
  const problem = problemOf(fail(code));
  const body = JSON.stringify(problem);
  response.writeHead(problem.status, {
    "content-type": "application/problem+json",
    "content-length": String(Buffer.byteLength(body)),
    "cache-control": "private, no-store",
    "x-request-id": newId(),
    connection: "close",
    ...headers,
  });
  response.end(body);
}

const STATUS: Record<string, string> = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
};

/** Answers what is no HTTP request: a status line and nothing more. */
export function refuseSocket(socket: Socket, code: string | undefined, headers: ReadonlyMap<string, string>): void {
  if (!socket.writable) return void socket.destroy();
  endSocket(socket, STATUS[code ?? ""] ?? "400 Bad Request", headers);
}

/**
 * The rest of what the client sends is read and thrown away for a moment: closing with unread data
 * resets the connection, and the client would never see the answer.
 */
export function endSocket(socket: Socket, status: string, headers: ReadonlyMap<string, string>): void {
  const lines = [...headers].map(([name, value]) => `${name}: ${value}\r\n`).join("");
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n${lines}\r\n`);
  socket.resume();
  setTimeout(() => socket.destroy(), 1_000).unref();
}
