import { fail } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import type { Endpoint } from "./endpoint";
import { problem } from "./problem";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
type Method = (typeof METHODS)[number];
type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;

/**
 * The exports of a route file: the methods it has, and for the others 405 as problem+json
 * (Next's own is bare). `export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({ … })`
 */
export function routes(endpoints: Partial<Record<Method, Endpoint>>): Record<Method | "HEAD" | "OPTIONS", Handler> {
  const known = METHODS.filter((method) => endpoints[method]);
  const allow = [...known, ...(endpoints.GET ? ["HEAD"] : []), "OPTIONS"].join(", ");
  const handlers = Object.fromEntries(METHODS.map((method) => [method, handlerOf(endpoints[method], allow)])) as Record<Method, Handler>;
  return { ...handlers, HEAD: handlers.GET, OPTIONS: async () => new Response(null, { status: 204, headers: { allow, "cache-control": "no-store" } }) };
}

function handlerOf(endpoint: Endpoint | undefined, allow: string): Handler {
  if (!endpoint) return async () => problem(fail("method_not_allowed"), newId(), { allow });
  return async (request, { params }) => endpoint(request, await params);
}
