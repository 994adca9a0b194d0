import { listApprovals } from "@/lib/auth/list-approvals";
import type { Context, UserContext } from "@/lib/core/context";
import { withinRequest } from "@/lib/core/deadline";
import { fail, isFailure } from "@/lib/core/errors";
import { SESSION_ENDS_HEADER } from "@/lib/core/headers";
import { iso } from "@/lib/core/time";
import { userChannel } from "@/lib/notifications/channel";
import { listen } from "@/lib/notifications/listen";
import type { Notice } from "@/lib/notifications/schema";
import { type Credential, revocableId } from "@/lib/sessions/credential";
import type { Identity } from "@/lib/sessions/identity";
import { watchExpiry } from "@/lib/sessions/watch-expiry";
import { problem } from "./problem";
import { readCredential } from "./read-credential";
import { COMMENT_MS, type EventSink, streamEvents, tokenLife } from "./stream-events";
import { visit } from "./visitor";

/**
 * `GET /api/auth/events`: the account's changes as server-sent events. No use of the session. The stream of a
 * session that ends says so and closes; without Redis there is none, and the page says that it is not live. A header tells
 * when that will be: HEAD is how a page asks for it without using the session.
 */
export async function eventStream(request: Request): Promise<Response> {
  const { context, identity } = await visit(request.headers);
  const { credential } = await readCredential(context, request.headers);
  if (identity.state === "unknown") return problem(fail("unavailable"), context.request.id);
  if (identity.state === "anonymous" || credential === null) return problem(fail("unauthenticated"), context.request.id);
  return streamEvents(context, request, credential, async (sink) => {
    await withinRequest(context, feed(context, credential, sink));
    if (request.method !== "HEAD") void tellWaiting(context as UserContext, sink);
  });
}

/** Whoever asked before this stream stood waits all the same. Nothing waits for it: without PostgreSQL nobody could answer. */
async function tellWaiting(context: UserContext, { write }: EventSink): Promise<void> {
  const waiting = await listApprovals(context, { limit: 1 }).catch(() => null);
  if (waiting === null || isFailure(waiting)) return;
  for (const { id: approvalId } of waiting.items) write(eventOf({ type: "attempt.waiting", approvalId }));
}

function eventOf({ type, ...data }: Notice): string {
  return `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}

async function feed(context: Context, credential: Credential, { write, close, atClose, headers }: EventSink): Promise<void> {
  const tell = (notice: Notice): void => {
    if (notice.type === "token.revoked") return notice.tokenId === revocableId(credential) ? close() : undefined;
    write(eventOf(notice));
    if (notice.type === "session.ended" && notice.sessionId === credential.s) close();
  };
  const comments = setInterval(() => write(": still here\n\n"), COMMENT_MS);
  atClose(() => clearInterval(comments));
  // No stream outlives the token that opened it. The client comes again with the next one.
  const life = setTimeout(close, tokenLife(context, credential));
  atClose(() => clearTimeout(life));
  atClose(await listen(context, userChannel(credential.u), { notice: tell, lost: close }));
  // The session may have ended before the subscription stood; and nobody tells at once of one that ends by itself.
  function over({ ended }: Identity & { state: "anonymous" }): void {
    // Of an access token that was revoked alone the session goes on.
    if (ended === null && revocableId(credential) !== null) close();
    else tell({ type: "session.ended", sessionId: credential.s, reason: ended?.reason ?? "expired" });
  }
  atClose(await watchExpiry(context, credential, over, (end) => headers.set(SESSION_ENDS_HEADER, iso(end))));
}
