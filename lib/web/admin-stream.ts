import { requirePermission } from "@/lib/access/require-permission";
import type { UserContext } from "@/lib/core/context";
import { fail, isFailure } from "@/lib/core/errors";
import { listen } from "@/lib/notifications/listen";
import { listenToAll } from "@/lib/notifications/listen-to-all";
import { authenticate } from "@/lib/sessions/authenticate";
import { problem } from "./problem";
import { readSessionCookie } from "./session-cookie";
import { COMMENT_MS, streamEvents } from "./stream-events";
import { visit } from "./visitor";

/**
 * `GET /api/admin/live`: says that something changed among everyone's sessions, at most once a second and not what:
 * the page asks again and is shown what it may see. No use of the session. It closes when the session has ended, the
 * permission is gone, or nothing can be heard any more.
 */
export async function adminStream(request: Request): Promise<Response> {
  const { context, identity } = await visit(request.headers);
  const cookie = await readSessionCookie(context.settings, request.headers.get("cookie"));
  if (identity.state === "unknown") return problem(fail("unavailable"), context.request.id);
  if (context.actor.kind !== "user" || cookie === null || cookie === "foreign") return problem(fail("unauthenticated"), context.request.id);
  const { userId, sessionId } = context.actor;
  const mayRead = () => requirePermission(context as UserContext, "sessions.read");
  return streamEvents(context, request.signal, async ({ write, close, atClose }) => {
    const admin = await mayRead();
    if (isFailure(admin)) return admin;
    /** The permission is read anew each time something is told: a demotion counts here too. */
    function tell(text: string): void {
      mayRead().then((admin) => (isFailure(admin) ? close() : write(text)), close);
    }
    const comments = setInterval(() => tell(": still here\n\n"), COMMENT_MS);
    atClose(() => clearInterval(comments));
    atClose(
      await listen(context, userId, {
        notice: (notice) => notice.type === "session.ended" && notice.sessionId === sessionId && close(),
        lost: close,
      }),
    );
    atClose(await listenToAll(context, { changed: () => tell("event: sessions.changed\ndata: {}\n\n"), lost: close }));
    // The session may have ended before the subscription stood.
    if ((await authenticate(context, cookie.credential, { use: false })).state === "anonymous") close();
  });
}
