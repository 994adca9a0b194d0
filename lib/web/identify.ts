import type { Context, RequestFacts } from "@/lib/core/context";
import { DeadlineError, REQUEST_BUDGET_MS, timeLeft, withDeadline } from "@/lib/core/deadline";
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
export function anonymousContext({ settings, db, redis, storage, mailer, geo, clock, log }: Services, request: RequestFacts): Context {
  return { settings, db, redis, storage, mailer, geo, clock, log: log.child({ request: request.id }), request, actor: { kind: "anonymous" } };
}

/**
 * *Who is this?* A request with a Bearer token is judged by the token alone. `use`: false where the path is no
 * use of the session; a prefetch never is one.
 */
export async function identify(context: Context, headers: RequestHeaders, use: boolean): Promise<Identified> {
  return inTime(context, identifyNow(context, headers, use), { identity: UNKNOWN, cookie: null, slides: null });
}

async function identifyNow(context: Context, headers: RequestHeaders, use: boolean): Promise<Identified> {
  const { credential, cookie } = await readCredential(context, headers);
  if (credential === null) return { identity: ANONYMOUS, cookie, slides: null };
  const isUse = use && !headers.has(PREFETCH_HEADER);
  const identity = await authenticate(context, credential, { use: isUse });
  return { identity, cookie, slides: isUse && identity.state === "authenticated" && cookie !== "foreign" ? cookie : null };
}

/** Who it is by the time that the request is to be answered, else `unknown`; an upload's budget is no time to wait for this. */
export async function inTime<T>(context: Context, answer: Promise<T>, unknown: T): Promise<T> {
  return withDeadline(answer, Math.min(REQUEST_BUDGET_MS, timeLeft(context)), "who is this?").catch((error: unknown) => {
    if (!(error instanceof DeadlineError)) throw error;
    return unknown;
  });
}
