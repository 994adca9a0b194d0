import type { UserContext } from "@/lib/core/context";
import { withinRequest } from "@/lib/core/deadline";
import { fail, isFailure } from "@/lib/core/errors";
import { isOutage } from "@/lib/core/outage";
import { endSession } from "@/lib/sessions/end-session";
import { serialiseCookie } from "./cookie-header";
import { noteRefused } from "./note-refused";
import { problem } from "./problem";
import { isSameOrigin } from "./same-origin";
import { clearedSessionCookie, readSessionCookie } from "./session-cookie";
import { visit } from "./visitor";

/**
 * Ends the caller's session and leads to the sign-in page. The cookie goes only when the end has been acknowledged:
 * a browser must not look signed out while its session could still live. A cookie sealed with a key that only other
 * instances have (a rolling rotation) is such a session's: one of them will end it.
 */
export async function signOutByForm(request: Request): Promise<Response> {
  const { context, identity } = await visit(request.headers);
  if (!isSameOrigin(context.settings, request.headers)) return problem(noteRefused(context, fail("cross_origin"), "Sign out"), context.request.id);
  const away = (path: string) => new Response(null, { status: 303, headers: { location: path, "cache-control": "private, no-store" } });
  if (identity.state === "unknown") return away("/unavailable");
  if ((await readSessionCookie(context.settings, request.headers.get("cookie"))) === "foreign") return away("/unavailable");
  if (context.actor.kind === "user") {
    const ended = await withinRequest(context, endSession(context as UserContext, context.actor.sessionId)).catch((error: unknown) => {
      if (!isOutage(error)) throw error;
      return fail("unavailable");
    });
    if (isFailure(ended)) return away("/unavailable");
  }
  const answer = away("/sign-in");
  answer.headers.append("set-cookie", serialiseCookie(clearedSessionCookie(context.settings)));
  return answer;
}
