import { Trouble } from "@/scripts/trouble";

/** The path of the empty route; the middleware of the copy returns at once for it. */
export const EMPTY_PATH = "/api/bench-empty";

/** Files, by path, that give the copy what `GET /api/auth/session` is compared with: a route and a middleware that do nothing. */
export function emptyPair(middleware: string): Record<string, string> {
  const config = /^export const config = \{[\s\S]*?^\};$/m.exec(middleware)?.[0];
  if (!config) throw new Trouble("middleware.ts has no `export const config = {…};`.");
  return {
    "whole-middleware.ts": middleware.replace(config, ""),
    "middleware.ts": `import { type NextRequest, NextResponse } from "next/server";
import { middleware as whole } from "./whole-middleware";

${config}

export function middleware(request: NextRequest): Response | Promise<Response> {
  return request.nextUrl.pathname === "${EMPTY_PATH}" ? NextResponse.next() : whole(request);
}
`,
    [`app${EMPTY_PATH}/route.ts`]: `export const dynamic = "force-dynamic";

export function GET(): Response {
  return new Response();
}
`,
  };
}
