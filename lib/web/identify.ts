import type { Context, RequestFacts } from "@/lib/core/context";
import { DeadlineError, REQUEST_BUDGET_MS, withDeadline } from "@/lib/core/deadline";
import { PREFETCH_HEADER } from "@/lib/core/headers";
import type { Services } from "@/lib/platform/services";
import { authenticate } from "@/lib/sessions/authenticate";
import { ANONYMOUS, type Identity, UNKNOWN } from "@/lib/sessions/identity";
import { readCredential } from "./read-credential";
import type { RequestHeaders } from "./request-headers";
import type { SessionCookie } from "./session-cookie";

/** `slides`: the cookie was used, and is to be sent again. */
export type Identified = { identity: Identity; cookie: SessionCookie | "foreign" | null; slides: SessionCookie | null };

/** The context of a request whose caller is not known yet. */
export function anonymousContext({ settings, db, redis, storage, geo, clock, log }: Services, request: RequestFacts): Context {
  return { settings, db, redis, storage, geo, clock, log: log.child({ request: request.id }), request, actor: { kind: "anonymous" } };
}

/**
 * *Who is this?* A request with a Bearer token is judged by the token alone. `use`: false where the path is no
 * use of the session; a prefetch never is one.
 */
export async function identify(context: Context, headers: RequestHeaders, use: boolean): Promise<Identified> {
  const { credential, cookie } = await readCredential(context, headers);
  if (credential === null) return { identity: ANONYMOUS, cookie, slides: null };
  const isUse = use && !headers.has(PREFETCH_HEADER);
  const answer = authenticate(context, credential, { use: isUse });
  const identity = await withDeadline(answer, REQUEST_BUDGET_MS, "who is this?").catch((error: unknown) => {
    if (!(error instanceof DeadlineError)) throw error;
    return UNKNOWN;
  });
  return { identity, cookie, slides: isUse && identity.state === "authenticated" && cookie !== "foreign" ? cookie : null };
}
