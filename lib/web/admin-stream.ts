import { requirePermission } from "@/lib/access/require-permission";
import type { UserContext } from "@/lib/core/context";
import { withinRequest } from "@/lib/core/deadline";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { userChannel } from "@/lib/notifications/channel";
import { listen } from "@/lib/notifications/listen";
import { listenToAll } from "@/lib/notifications/listen-to-all";
import { type Credential, revocableId } from "@/lib/sessions/credential";
import { watchExpiry } from "@/lib/sessions/watch-expiry";
import { noteRefused } from "./note-refused";
import { problem } from "./problem";
import { readCredential } from "./read-credential";
import { COMMENT_MS, type EventSink, streamEvents, tokenLife } from "./stream-events";
import { visit } from "./visitor";

/**
 * `GET /api/admin/live`: says that something changed among everyone's sessions, at most once a second and not what:
 * the page asks again and is shown what it may see. No use of the session. It closes when the session has ended, the
 * permission is gone, or nothing can be heard any more.
 */
export async function adminStream(request: Request): Promise<Response> {
  const { context, identity } = await visit(request.headers);
  const { credential } = await readCredential(context, request.headers);
  if (identity.state === "unknown") return problem(fail("unavailable"), context.request.id);
  if (context.actor.kind !== "user" || credential === null) return problem(fail("unauthenticated"), context.request.id);
  return streamEvents(context, request, credential, (sink) => withinRequest(context, feed(context as UserContext, credential, sink)));
}

async function feed(context: UserContext, credential: Credential, { write, close, atClose }: EventSink): Promise<Failure | void> {
  const { userId, sessionId } = context.actor;
  const mayRead = () => requirePermission(context, "sessions.read");
  const admin = await mayRead();
  if (isFailure(admin)) return noteRefused(context, admin, "Changes among all sessions");
  /** The permission is read anew each time something is told: a demotion counts here too. */
  function tell(text: string): void {
    mayRead().then((admin) => (isFailure(admin) ? close() : write(text)), close);
  }
  const comments = setInterval(() => tell(": still here\n\n"), COMMENT_MS);
  atClose(() => clearInterval(comments));
  atClose(
    await listen(context, userChannel(userId), {
      notice(notice) {
        if (notice.type === "session.ended" && notice.sessionId === sessionId) close();
        if (notice.type === "token.revoked" && notice.tokenId === revocableId(credential)) close();
      },
      lost: close,
    }),
  );
  atClose(await listenToAll(context, { changed: () => tell("event: sessions.changed\ndata: {}\n\n"), lost: close }));
  const life = setTimeout(close, tokenLife(context, credential));
  atClose(() => clearTimeout(life));
  atClose(await watchExpiry(context, credential, close));
}
