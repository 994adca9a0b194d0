import type { Context, UserActor } from "@/lib/core/context";
import { IDENTITY_HEADER } from "@/lib/core/headers";
import type { Identity } from "@/lib/sessions/identity";
import type { SetCookie } from "./cookie-header";
import { anonymousContext, identify } from "./identify";
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

/** Who asks, for pages, routes and actions: the middleware's word if it carries our MAC, else found out here. */
export async function visit(headers: Headers): Promise<Visitor> {
  const services = await getServices();
  const facts = requestFacts(headers);
  const handover = openHandover(headers.get(IDENTITY_HEADER));
  if (handover) {
    const context = withActor(anonymousContext(services, { ...facts, id: handover.requestId }), handover.identity);
    return { context, identity: handover.identity, startedAt: handover.startedAt, missedCookie: null };
  }
  const anonymous = anonymousContext(services, facts);
  const startedAt = services.clock.now();
  const { identity, slides } = await identify(anonymous, headers, true);
  const missedCookie = slides && (await slidSessionCookie(services.settings, slides, services.clock.now()));
  return { context: withActor(anonymous, identity), identity, startedAt, missedCookie };
}

function withActor(context: Context, identity: Identity): Context {
  if (identity.state !== "authenticated") return context;
  const actor: UserActor = { kind: "user", userId: identity.user.id, sessionId: identity.session.id };
  return { ...context, actor };
}
