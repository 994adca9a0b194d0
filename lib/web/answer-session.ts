import { signedInSchema } from "@/lib/auth/schema";
import type { Context } from "@/lib/core/context";
import { fail } from "@/lib/core/errors";
import { isOutage } from "@/lib/core/outage";
import { serialiseCookie } from "./cookie-header";
import { originHeaders } from "./cors";
import { anonymousContext, identify } from "./identify";
import { type PlainAnswer, plainProblem } from "./plain-answer";
import { requestFacts } from "./request-facts";
import type { RequestHeaders } from "./request-headers";
import { getServices } from "./services";
import { slidSessionCookie } from "./session-cookie";

/**
 * `GET /api/auth/session`, the question that is asked more than all else together. The front server asks it before
 * Next does anything (DESIGN 3): Next's way to a route costs more than the answer.
 */
export async function answerSession(headers: RequestHeaders): Promise<PlainAnswer> {
  const facts = requestFacts(headers);
  const context = anonymousContext(await getServices(), facts);
  const answer = await answerIn(context, headers).catch((error: unknown) => {
    const outage = isOutage(error);
    context.log[outage ? "warn" : "error"]({ err: error }, "who is this?");
    return plainProblem(fail(outage ? "unavailable" : "internal"), context.request.id);
  });
  return { ...answer, headers: { ...answer.headers, ...originHeaders(context.settings, headers) } };
}

async function answerIn(context: Context, requestHeaders: RequestHeaders): Promise<PlainAnswer> {
  const { settings, clock, request } = context;
  const { identity, slides } = await identify(context, requestHeaders, true);
  if (identity.state === "unknown") return plainProblem(fail("unavailable"), request.id);
  if (identity.state === "anonymous") return plainProblem(fail("unauthenticated", identity.ended ? { detail: `This session has ended: ${identity.ended.reason}.` } : {}), request.id);
  const { user, session } = identity;
  const headers: Record<string, string> = { "content-type": "application/json", "cache-control": "private, no-store", "x-request-id": request.id };
  if (slides) headers["set-cookie"] = serialiseCookie(await slidSessionCookie(settings, slides, clock.now()));
  return { status: 200, headers, body: JSON.stringify(signedInSchema.parse({ user, session })) };
}
