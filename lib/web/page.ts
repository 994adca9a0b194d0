import { headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import { heldPermissions } from "@/lib/access/held-permissions";
import { type AdminContext, requirePermission } from "@/lib/access/require-permission";
import type { Permission } from "@/lib/access/schema";
import { refuseUntilSetUp } from "@/lib/access/second-factor-required";
import type { Context, UserContext } from "@/lib/core/context";
import { DeadlineError, withinRequest } from "@/lib/core/deadline";
import { isFailure } from "@/lib/core/errors";
import { explainEnd, type EndedNotice } from "@/lib/sessions/explain-end";
import type { Session } from "@/lib/sessions/schema";
import type { User } from "@/lib/users/schema";
import { noteRefused } from "./note-refused";
import { readSessionCookie } from "./session-cookie";
import { visit } from "./visitor";

type Visited = {
  context: UserContext;
  user: User;
  session: Session;
  within: Within;
};

/** What a page reads goes through this: an answer, or an error while the request's budget lasts. */
type Within = <T>(work: Promise<T>) => Promise<T>;

/** Where the second step that a role needs is set up, and what that asks for on the way. */
const TO_SET_UP = /^\/(?:security|confirm)(?:[/?]|$)/;

/**
 * The signed-in user of a private page. A signed-out visitor goes to the sign-in page and comes back to `path`
 * after it; who has a second step to set up first goes to where that is done. Call it first in every private page: layouts
 * do not run again on navigation.
 */
export async function requireUser(path: string): Promise<Visited> {
  const visitor = await visit(await headers());
  const { context, identity } = visitor;
  if (identity.state === "unknown") throw new DeadlineError("who is this?", 0);
  if (identity.state === "anonymous" || context.actor.kind !== "user") {
    const next = `next=${encodeURIComponent(path)}`;
    return redirect(identity.state === "anonymous" && identity.ended ? `/sign-in?ended=1&${next}` : `/sign-in?${next}`);
  }
  const user = context as UserContext;
  if (!TO_SET_UP.test(path) && (await withinRequest(context, refuseUntilSetUp(user, identity.user.role)))) return redirect("/security");
  return { context: user, user: identity.user, session: identity.session, within: (work) => withinRequest(context, work) };
}

/** What the visitor may do, for what to show; asked of the database only when the role can allow anything. */
export const visitorPermissions = cache(async (): Promise<readonly Permission[]> => {
  const { context, identity } = await visit(await headers());
  if (identity.state !== "authenticated" || identity.user.role === "USER") return [];
  return withinRequest(context, heldPermissions(context, identity.user.id));
});

/** Whether the visitor has to set up the second step that their role needs, for what to show. */
export const visitorMustSetUp = cache(async (): Promise<boolean> => {
  const { context, identity } = await visit(await headers());
  if (identity.state !== "authenticated") return false;
  return (await withinRequest(context, refuseUntilSetUp(context as UserContext, identity.user.role))) !== undefined;
});

/**
 * The user of a page for those who hold `permission`; to everyone else it does not exist. Call it first in every such
 * page, like `requireUser`.
 */
export async function requireAdministrator<P extends Permission>(path: string, permission: P): Promise<{ context: AdminContext<P>; user: User; within: Within }> {
  const { context, user, within } = await requireUser(path);
  const admin = await within(requirePermission(context, permission));
  if (!isFailure(admin)) return { context: admin, user, within };
  noteRefused(context, admin, `A page that needs ${permission}`);
  return notFound();
}

/** Whoever looks at a public page; `ended` tells what became of the session whose cookie they still hold. */
export async function currentVisitor(): Promise<{ context: Context; user: User | null; session: Session | null; ended: EndedNotice | null }> {
  const requestHeaders = await headers();
  const visitor = await visit(requestHeaders);
  const { context, identity } = visitor;
  if (identity.state === "authenticated") return { context, user: identity.user, session: identity.session, ended: null };
  const cookie = await readSessionCookie(context.settings, requestHeaders.get("cookie"));
  const asked = identity.state === "anonymous" && identity.ended !== null && cookie !== null && cookie !== "foreign";
  const ended = asked ? await withinRequest(context, explainEnd(context, cookie.credential)).catch(() => null) : null;
  return { context, user: null, session: null, ended };
}
