import type { Context } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import type { Session } from "@/lib/sessions/schema";
import { bearerToken } from "./bearer";
import type { Reply } from "./endpoint";
import { identify } from "./identify";
import { slidSessionCookie } from "./session-cookie";

/** A browser's refresh is a use like any other: its session slides and its cookie is sent again. */
export async function refreshBrowser(context: Context, headers: Headers, reply: Reply): Promise<{ session: Session } | Failure> {
  // A native client refreshes with its refresh token; an access token cannot prolong itself.
  if (bearerToken(headers) !== null) return fail("unauthenticated");
  const { identity, slides } = await identify(context, headers, true);
  if (identity.state === "unknown") return fail("unavailable");
  if (identity.state === "anonymous") return fail("unauthenticated");
  if (slides) reply.setCookie(await slidSessionCookie(context.settings, slides, context.clock.now()));
  return { session: identity.session };
}
