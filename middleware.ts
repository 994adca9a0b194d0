import { type NextRequest, NextResponse } from "next/server";
import { newSecret } from "@/lib/core/crypto";
import { databaseIsUp } from "@/lib/core/database-health";
import { fail } from "@/lib/core/errors";
import { IDENTITY_HEADER, PREFETCH_HEADER, SCRIPT_HEADER } from "@/lib/core/headers";
import { appSource } from "@/lib/web/app-source";
import { authorizationSources } from "@/lib/providers/known-metadata";
import { serialiseCookie } from "@/lib/web/cookie-header";
import { contentSecurityPolicy } from "@/lib/web/content-security-policy";
import { anonymousContext, identify } from "@/lib/web/identify";
import { sealHandover } from "@/lib/web/identity-header";
import { noteRefused } from "@/lib/web/note-refused";
import { problem } from "@/lib/web/problem";
import { requestFacts } from "@/lib/web/request-facts";
import { isSameOrigin } from "@/lib/web/same-origin";
import { getServices } from "@/lib/web/services";
import { clearedSessionCookie, slidSessionCookie } from "@/lib/web/session-cookie";

export const config = {
  runtime: "nodejs",
  // Around it come uploads, for Next buffers every body that passes here (they find out for themselves who it is), and
  // the calls that take a password or a token and no session.
  matcher: ["/((?!_next/static/|api/health$|api/ready$|api/auth/jwks\\.json$|api/openapi\\.json$|docs$|docs/scripts/[^/]+\\.js$|api/auth/(?:signin|signin/passkey|signup|forgot|reset|not-me|email/undo|refresh|revoke|token)$|api/users/me/avatar$|api/avatars/|profile/picture$|favicon\\.ico$|icon\\.svg$).*)"],
};

/** Paths that a signed-out visitor may see, so that an outage need not hide them. */
const OPEN_PAGES = ["/sign-in", "/sign-up", "/forgot", "/unavailable"];
/** Open as long as the page is: no use of a session. */
const STREAMS = ["/api/auth/events", "/api/admin/live"];
const SAFE_METHODS = ["GET", "HEAD", "OPTIONS"];

/** Who is this? (DESIGN 3.) And the page's Content-Security-Policy. Nothing else of substance. */
export async function middleware(request: NextRequest): Promise<Response> {
  const services = await getServices();
  const { settings, clock } = services;
  const { pathname } = request.nextUrl;
  const context = anonymousContext(services, requestFacts(request.headers));
  const isCall = pathname.startsWith("/api/");
  // Each route and action checks for itself; Next would answer a foreign form with 500 before ours is asked.
  if (!isCall && !SAFE_METHODS.includes(request.method) && !isSameOrigin(settings, request.headers)) {
    return problem(noteRefused(context, fail("cross_origin"), "A form of a page"), context.request.id);
  }
  const { identity, cookie, slides } = await identify(context, request.headers, !STREAMS.includes(pathname));

  const headers = new Headers(request.headers);
  headers.set(IDENTITY_HEADER, sealHandover({ identity, requestId: context.request.id, answerBy: context.request.answerBy }));
  const policy = isCall ? null : contentSecurityPolicy(newSecret(16), settings, [...authorizationSources(settings.OIDC_PROVIDERS), appSource(settings, request.nextUrl)]);
  if (policy) headers.set("content-security-policy", policy);
  const cannotShow = identity.state === "unknown" || (identity.state === "authenticated" && !databaseIsUp());
  // An action says for itself that it cannot; of another page than its own, Next would send it on to this app itself.
  const isAction = request.method === "POST" && request.headers.has(SCRIPT_HEADER);
  const answer =
    cannotShow && !isCall && !isAction && !OPEN_PAGES.includes(pathname)
      ? NextResponse.rewrite(new URL("/unavailable", request.url), { request: { headers }, status: 503, headers: { "retry-after": "2" } })
      : NextResponse.next({ request: { headers } });
  if (policy) {
    answer.headers.set("content-security-policy", policy);
    answer.headers.set("cache-control", "private, no-store");
  }

  if (slides) answer.headers.append("set-cookie", serialiseCookie(await slidSessionCookie(settings, slides, clock.now())));
  // The sign-in document tells what became of the session; after that its cookie has nothing more to say.
  const tells = pathname === "/sign-in" && request.method === "GET" && !request.headers.has(PREFETCH_HEADER);
  if (tells && cookie !== "foreign" && identity.state === "anonymous" && identity.ended) {
    answer.headers.append("set-cookie", serialiseCookie(clearedSessionCookie(settings)));
  }
  return answer;
}
