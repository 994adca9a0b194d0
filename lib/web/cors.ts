import { getServices } from "./services";

/**
 * Lets pages of `CORS_ORIGINS` read an answer (Fetch standard, CORS protocol). Never with credentials: they call with
 * Bearer tokens, and a cookie is neither sent nor taken.
 */
export async function allowOrigin(request: Headers, answer: Headers): Promise<boolean> {
  const origin = request.get("origin");
  if (origin === null) return false;
  const { CORS_ORIGINS } = (await getServices()).settings;
  if (CORS_ORIGINS.length > 0) answer.append("vary", "Origin");
  if (!CORS_ORIGINS.includes(origin)) return false;
  answer.set("access-control-allow-origin", origin);
  answer.set("access-control-expose-headers", "Retry-After, X-Request-Id");
  return true;
}

/** The same for the question that a browser asks first. `methods`: what the route has. */
export async function allowPreflight(request: Headers, answer: Headers, methods: readonly string[]): Promise<void> {
  if (!(await allowOrigin(request, answer)) || !request.has("access-control-request-method")) return;
  answer.set("access-control-allow-methods", methods.join(", "));
  answer.set("access-control-allow-headers", "Authorization, Content-Type");
  answer.set("access-control-max-age", "600");
}
