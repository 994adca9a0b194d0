import type { Context, UserActor } from "@/lib/core/context";
import { REQUEST_BUDGET_MS } from "@/lib/core/deadline";
import { IDENTITY_HEADER } from "@/lib/core/headers";
import { authenticate } from "@/lib/sessions/authenticate";
import { ANONYMOUS, type Identity, UNKNOWN } from "@/lib/sessions/identity";
import type { SetCookie } from "./cookie-header";
import { anonymousContext, identify, inTime } from "./identify";
import { openHandover } from "./identity-header";
import { requestFacts } from "./request-facts";
import { getServices } from "./services";
import { type SessionCookie, slidSessionCookie } from "./session-cookie";

export type Visitor = {
  context: Context;
  identity: Identity;
  /**
   * The cookie that the middleware would have sent, had the request not come around it; ask when the answer is ready.
   * Null if the session has ended meanwhile, or nobody can say in time: who signed in anew in another tab, while a file
   * was on its way, has a newer one.
   */
  missedCookie(): Promise<SetCookie | null>;
};

/**
 * Who asks, for pages, routes and actions: the middleware's word if it carries our MAC, else found out here.
 * `session`: whether it matters; if not, nobody looks. `budgetMs`: the time for all of it.
 */
export async function visit(headers: Headers, { session = true, budgetMs = REQUEST_BUDGET_MS } = {}): Promise<Visitor> {
  const facts = requestFacts(headers);
  const services = await getServices();
  const more = budgetMs - REQUEST_BUDGET_MS;
  const handover = openHandover(headers.get(IDENTITY_HEADER));
  if (handover) {
    const context = withActor(anonymousContext(services, { ...facts, id: handover.requestId, answerBy: handover.answerBy + more }), handover.identity);
    return { context, identity: handover.identity, missedCookie: async () => null };
  }
  const anonymous = anonymousContext(services, { ...facts, answerBy: facts.answerBy + more });
  if (!session) return { context: anonymous, identity: ANONYMOUS, missedCookie: async () => null };
  const { identity, slides } = await identify(anonymous, headers, true);
  return { context: withActor(anonymous, identity), identity, missedCookie: async () => slides && slideAgain(anonymous, slides) };
}

async function slideAgain(context: Context, cookie: SessionCookie): Promise<SetCookie | null> {
  const { state } = await inTime<Identity>(context, authenticate(context, cookie.credential, { use: false }), UNKNOWN);
  return state === "authenticated" ? slidSessionCookie(context.settings, cookie, context.clock.now()) : null;
}

function withActor(context: Context, identity: Identity): Context {
  if (identity.state !== "authenticated") return context;
  const actor: UserActor = { kind: "user", userId: identity.user.id, sessionId: identity.session.id };
  return { ...context, actor };
}
