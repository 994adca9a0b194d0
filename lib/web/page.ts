import { headers } from "next/headers";
import { redirect } from "next/navigation";
import type { Context, UserContext } from "@/lib/core/context";
import { DeadlineError } from "@/lib/core/deadline";
import { explainEnd, type EndedNotice } from "@/lib/sessions/explain-end";
import type { Session } from "@/lib/sessions/schema";
import type { User } from "@/lib/users/schema";
import { readSessionCookie } from "./session-cookie";
import { visit } from "./visitor";

/**
 * The signed-in user of a private page. A signed-out visitor goes to the sign-in page and comes back to `path`
 * after it. Call it first in every private page: layouts do not run again on navigation.
 */
export async function requireUser(path: string): Promise<{ context: UserContext; user: User; session: Session }> {
  const { context, identity } = await visit(await headers());
  if (identity.state === "unknown") throw new DeadlineError("who is this?", 0);
  if (identity.state === "anonymous" || context.actor.kind !== "user") {
    const next = `next=${encodeURIComponent(path)}`;
    return redirect(identity.state === "anonymous" && identity.ended ? `/sign-in?ended=1&${next}` : `/sign-in?${next}`);
  }
  return { context: context as UserContext, user: identity.user, session: identity.session };
}

/** Whoever looks at a public page; `ended` tells what became of the session whose cookie they still hold. */
export async function currentVisitor(): Promise<{ context: Context; user: User | null; session: Session | null; ended: EndedNotice | null }> {
  const requestHeaders = await headers();
  const { context, identity } = await visit(requestHeaders);
  if (identity.state === "authenticated") return { context, user: identity.user, session: identity.session, ended: null };
  const cookie = await readSessionCookie(context.settings, requestHeaders.get("cookie"));
  const asked = identity.state === "anonymous" && identity.ended !== null && cookie !== null && cookie !== "foreign";
  return { context, user: null, session: null, ended: asked ? await explainEnd(context, cookie.credential) : null };
}
