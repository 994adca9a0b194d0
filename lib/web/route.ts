import { fail } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { allowOrigin, allowPreflight } from "./cors";
import type { Endpoint } from "./endpoint";
import type { Operation } from "./operation";
import { problem } from "./problem";

export const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
type Method = (typeof METHODS)[number];
/** `operation`: what the published contract says of it; none for a method that the route does not have. */
export type Handler = ((request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>) & { operation?: Operation };

/**
 * The exports of a route file: the methods it has, and for the others 405 as problem+json
 * (Next's own is bare). `export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({ … })`
 */
export function routes(endpoints: Partial<Record<Method, Endpoint>>): Record<Method | "HEAD" | "OPTIONS", Handler> {
  const known = METHODS.filter((method) => endpoints[method]);
  const allow = [...known, ...(endpoints.GET ? ["HEAD"] : []), "OPTIONS"].join(", ");
  const handlers = Object.fromEntries(METHODS.map((method) => [method, handlerOf(endpoints[method], allow)])) as Record<Method, Handler>;
  async function options(request: Request): Promise<Response> {
    const answer = new Response(null, { status: 204, headers: { allow, "cache-control": "private, no-store" } });
    await allowPreflight(request.headers, answer.headers, known);
    return answer;
  }
  return { ...handlers, HEAD: headOf(handlers.GET), OPTIONS: options };
}

/** As GET without a body (RFC 9110, 9.3.2). Next would leave it unread, and never tell a stream that nobody will. */
function headOf(get: Handler): Handler {
  async function head(...asked: Parameters<Handler>): Promise<Response> {
    const { body, status, headers } = await get(...asked);
    await body?.cancel();
    return new Response(null, { status, headers });
  }
  return Object.assign(head, { operation: get.operation });
}

function handlerOf(endpoint: Endpoint | undefined, allow: string): Handler {
  async function answer(request: Request, params: Promise<Record<string, string>>): Promise<Response> {
    const response = endpoint ? await endpoint(request, await params) : problem(fail("method_not_allowed"), newId(), { allow });
    await allowOrigin(request.headers, response.headers);
    return response;
  }
  const handler: Handler = (request, { params }) => answer(request, params);
  return Object.assign(handler, endpoint && { operation: endpoint.operation });
}
