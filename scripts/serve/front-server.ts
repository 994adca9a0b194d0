import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { requestTarget } from "@/lib/core/request-target";
import { finishRequest } from "./finish-request";
import { headerNormaliser } from "./normalise-headers";
import { endSocket, refuse, refuseSocket } from "./refuse";
import { refuseUndecodable } from "./refuse-undecodable";

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export type FrontServer = {
  readonly server: Server;
  /** Takes no new connection, closes event streams, lets the answers on their way finish for `milliseconds`, then closes. */
  drain(milliseconds: number): Promise<void>;
};

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const ALLOW = METHODS.join(", ");
const HINTS = "Sec-CH-UA-Platform-Version, Sec-CH-UA-Model, Sec-CH-UA-Full-Version-List";

/**
 * The server before Next's handler (DESIGN 3): says who the client is, refuses what no page should see,
 * holds slow senders to a time, drains. Costs nothing that can be measured.
 */
export function createFrontServer(options: { appUrl: URL; hops: number; handler: () => Handler }): FrontServer {
  const normaliseHeaders = headerNormaliser(options.appUrl, options.hops);
  const underWay = new Set<ServerResponse>();
  const sockets = new Set<Socket>();
  let draining = false;

  const server = createServer(
    {
      maxHeaderSize: 16 * 1024,
      headersTimeout: 10_000,
      requestTimeout: 60_000,
      // Longer than a proxy keeps its own idle connections, or it would send into one that just closed.
      keepAliveTimeout: 75_000,
      connectionsCheckingInterval: 2_000,
    },
    (request, response) => {
      underWay.add(response);
      if (options.appUrl.protocol === "https:") response.setHeader("strict-transport-security", "max-age=31536000");
      response.once("close", () => {
        underWay.delete(response);
        if (draining) request.socket.end();
      });
      if (draining) response.shouldKeepAlive = false;
      // Next answers those that it does not know with a bare 400, or with a page.
      if (!METHODS.includes(request.method ?? "")) return refuse(response, "method_not_allowed", { allow: ALLOW });
      const target = requestTarget(request.url ?? "");
      if (target === null) return refuse(response, isNoCall(request.url ?? "") ? "not_found" : "invalid_input");
      request.url = target;
      normaliseHeaders(request);
      // next.config.ts says so too, but Next's own redirects leave it out.
      response.setHeader("x-content-type-options", "nosniff").setHeader("referrer-policy", "same-origin").setHeader("accept-ch", HINTS);
      refuseUndecodable(request, response);
      finishRequest(request, response);
      options.handler()(request, response).catch(() => (response.headersSent ? response.destroy() : refuse(response, "internal")));
    },
  );
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => refuseSocket(socket, error.code));
  server.on("connect", (_request, socket: Socket) => endSocket(socket, "405 Method Not Allowed", `Allow: ${ALLOW}\r\n`));

  return {
    server,
    async drain(milliseconds) {
      draining = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const response of underWay) {
        response.shouldKeepAlive = false;
        if (isEventStream(response)) response.end();
      }
      // Not closeIdleConnections(): it leaves those that have not asked anything yet.
      const busy = new Set([...underWay].map((response) => response.req.socket));
      for (const socket of sockets) if (!busy.has(socket)) socket.destroy();
      const timer = setTimeout(() => server.closeAllConnections(), milliseconds);
      await closed;
      clearTimeout(timer);
    },
  };
}

/** Below /api nothing has a path that cannot be one: an id that is none answers as one of nothing. */
function isNoCall(url: string): boolean {
  const path = url.split("?")[0] ?? "";
  return path.startsWith("/api/") && requestTarget(path) === null;
}

/** Never finishes by itself; the browser opens it again, at the next instance. */
function isEventStream(response: ServerResponse): boolean {
  return String(response.getHeader("content-type") ?? "").startsWith("text/event-stream");
}
