import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { SCRIPT_HEADER } from "@/lib/core/headers";
import { requestTarget } from "@/lib/core/request-target";
import type { ActionPages } from "./action-pages";
import { watchConnections } from "./connections";
import { finishRequest } from "./finish-request";
import { fixedHeaders, setFixedHeaders } from "./fixed-headers";
import { headerNormaliser } from "./normalise-headers";
import { endSocket, refuse, refuseSocket } from "./refuse";
import { refuseUndecodable } from "./refuse-undecodable";

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export type FrontServer = {
  readonly server: Server;
  /**
   * Answers what comes for as long as `grace` takes and asks each client not to come again on the same connection. Then
   * takes no new connection, closes event streams, and lets the answers on their way finish for `patienceMs`.
   */
  drain(grace: Promise<unknown> | null, patienceMs: number): Promise<void>;
};

export type FrontOptions = {
  appUrl: URL;
  hops: number;
  handler: () => Handler;
  /** Connections at once, those that wait for something to ask among them. */
  mostConnections?: number;
  /** How long nothing may move on a connection that is asked something; event streams say something every 25 s. */
  silenceMs?: number;
  /** Which page has which action; null where they come and go (`npm run dev`). */
  actions?: ActionPages | null;
};

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const ALLOW = METHODS.join(", ");
/** What tells Next's scripts that the page is of another build. */
const UNKNOWN_ACTION = { "x-nextjs-action-not-found": "1" };

/**
 * The server before Next's handler (DESIGN 3): says who the client is, refuses what no page should see,
 * holds slow senders and readers to a time, drains. Costs nothing that can be measured.
 */
export function createFrontServer({ appUrl, hops, handler, mostConnections = 10_000, silenceMs = 60_000, actions = null }: FrontOptions): FrontServer {
  const fixed = fixedHeaders(appUrl);
  const normaliseHeaders = headerNormaliser(appUrl, hops);
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
    (request, response) => connections.begin(response, (surplus) => answer(request, response, surplus)),
  );

  function answer(request: IncomingMessage, response: ServerResponse, surplus: boolean): void {
    setFixedHeaders(response, fixed, request.url ?? "");
    if (draining) response.shouldKeepAlive = false;
    if (surplus) return refuse(response, "unavailable", { "retry-after": "2" });
    // Next answers those that it does not know with a bare 400, or with a page.
    if (!METHODS.includes(request.method ?? "")) return refuse(response, "method_not_allowed", { allow: ALLOW });
    const target = requestTarget(request.url ?? "");
    if (target === null) return refuse(response, isNoCall(request.url ?? "") ? "not_found" : "invalid_input");
    request.url = target;
    normaliseHeaders(request);
    refuseUndecodable(request, response);
    finishRequest(request, response);
    if (actions !== null && isForeignAction(request, actions)) return refuse(response, "not_found", UNKNOWN_ACTION);
    handler()(request, response).catch(() => (response.headersSent ? response.destroy() : refuse(response, "internal")));
  }

  // Begins anew whenever the kernel takes something: a slow reader gets on, one that reads nothing goes.
  server.timeout = silenceMs;
  const connections = watchConnections(server, mostConnections);
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => refuseSocket(socket, error.code, fixed));
  server.on("connect", (_request, socket: Socket) => endSocket(socket, "405 Method Not Allowed", new Map([...fixed, ["allow", ALLOW]])));

  return {
    server,
    async drain(grace, patienceMs) {
      draining = true;
      connections.letGo();
      await grace;
      await connections.end(patienceMs, grace !== null);
    },
  };
}

/** Below /api nothing has a path that cannot be one: an id that is none answers as one of nothing. */
function isNoCall(url: string): boolean {
  const path = url.split("?")[0] ?? "";
  return path.startsWith("/api/") && requestTarget(path) === null;
}

/**
 * Next would send it on to the page that has it, by a request of this app to itself, which comes from our own address.
 * A browser never asks that: a page calls its own actions.
 */
function isForeignAction({ method, url, headers }: IncomingMessage, actions: ActionPages): boolean {
  const id = headers[SCRIPT_HEADER];
  return method === "POST" && typeof id === "string" && !actions(id, url?.split("?")[0] ?? "");
}
