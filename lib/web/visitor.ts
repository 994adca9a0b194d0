import type { Context, UserActor } from "@/lib/core/context";
import { withDeadline } from "@/lib/core/deadline";
import { IDENTITY_HEADER } from "@/lib/core/headers";
import { ANONYMOUS, type Identity } from "@/lib/sessions/identity";
import type { SetCookie } from "./cookie-header";
import { anonymousContext, identify, REQUEST_BUDGET_MS } from "./identify";
import { openHandover } from "./identity-header";
import { requestFacts } from "./request-facts";
import { getServices } from "./services";
import { slidSessionCookie } from "./session-cookie";

export type Visitor = {
  context: Context;
  identity: Identity;
  /** When the request's budget began, milliseconds. */
  startedAt: number;
  /** The cookie that the middleware would have sent, had the request not come around it. */
  missedCookie: SetCookie | null;
};

/**
 * Who asks, for pages, routes and actions: the middleware's word if it carries our MAC, else found out here.
 * `session`: whether it matters; if not, nobody looks.
 */
export async function visit(headers: Headers, session = true): Promise<Visitor> {
  const services = await getServices();
  const facts = requestFacts(headers);
  const handover = openHandover(headers.get(IDENTITY_HEADER));
  if (handover) {
    const context = withActor(anonymousContext(services, { ...facts, id: handover.requestId }), handover.identity);
    return { context, identity: handover.identity, startedAt: handover.startedAt, missedCookie: null };
  }
  const anonymous = anonymousContext(services, facts);
  const startedAt = services.clock.now();
  if (!session) return { context: anonymous, identity: ANONYMOUS, startedAt, missedCookie: null };
  const { identity, slides } = await identify(anonymous, headers, true);
  const missedCookie = slides && (await slidSessionCookie(services.settings, slides, services.clock.now()));
  return { context: withActor(anonymous, identity), identity, startedAt, missedCookie };
}

/** The outcome of `work`, or a DeadlineError when the request's budget is spent. */
export function withinBudget<T>({ context, startedAt }: Visitor, work: Promise<T>): Promise<T> {
  return withDeadline(work, Math.max(1, startedAt + REQUEST_BUDGET_MS - context.clock.now()), "request");
}

function withActor(context: Context, identity: Identity): Context {
  if (identity.state !== "authenticated") return context;
  const actor: UserActor = { kind: "user", userId: identity.user.id, sessionId: identity.session.id };
  return { ...context, actor };
}
