import type { Settings } from "@/lib/platform/env";
import type { RequestHeaders } from "./request-headers";
import { getServices } from "./services";

/**
 * What lets pages of `CORS_ORIGINS` read an answer (Fetch standard, CORS protocol). Never with credentials: they call
 * with Bearer tokens, and a cookie is neither sent nor taken.
 */
export function originHeaders({ CORS_ORIGINS }: Settings, request: RequestHeaders): Record<string, string> {
  const origin = request.get("origin");
  if (CORS_ORIGINS.length === 0) return {};
  // Said also to who names no origin: a picture that an <img> fetched would be given from memory to the script that does.
  if (origin === null || !CORS_ORIGINS.includes(origin)) return { vary: "Origin" };
  return { vary: "Origin", "access-control-allow-origin": origin, "access-control-expose-headers": "Retry-After, X-Request-Id" };
}

/** The same on the answer of a route; whether its page may read it. */
export async function allowOrigin(request: RequestHeaders, answer: Headers): Promise<boolean> {
  const headers = originHeaders((await getServices()).settings, request);
  for (const [name, value] of Object.entries(headers)) answer.append(name, value);
  return "access-control-allow-origin" in headers;
}

/** The same for the question that a browser asks first. `methods`: what the route has. */
export async function allowPreflight(request: RequestHeaders, answer: Headers, methods: readonly string[]): Promise<void> {
  if (!(await allowOrigin(request, answer)) || !request.has("access-control-request-method")) return;
  answer.set("access-control-allow-methods", methods.join(", "));
  answer.set("access-control-allow-headers", "Authorization, Content-Type, X-Latchkey-Attempt, X-Latchkey-Proof");
  answer.set("access-control-max-age", "600");
}
