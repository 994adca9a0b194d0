import { type AdminContext, requirePermission } from "@/lib/access/require-permission";
import type { UserContext } from "@/lib/core/context";
import { fail, isFailure } from "@/lib/core/errors";
import { isOutage } from "@/lib/core/outage";
import { listen } from "@/lib/notifications/listen";
import { listenToAll } from "@/lib/notifications/listen-to-all";
import type { Notice } from "@/lib/notifications/schema";
import { authenticate } from "@/lib/sessions/authenticate";
import type { SessionCredential } from "@/lib/sessions/credential";
import { problem } from "./problem";
import { readSessionCookie } from "./session-cookie";
import { visit } from "./visitor";

const COMMENT_MS = 25_000;

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
  try {
    const admin = await requirePermission(context as UserContext, "sessions.read");
    if (isFailure(admin)) return problem(admin, context.request.id);
    return new Response(await follow(admin, cookie.credential, request.signal), {
      headers: {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "private, no-store, no-transform",
        "x-accel-buffering": "no",
        "x-request-id": context.request.id,
      },
    });
  } catch (error) {
    context.log[isOutage(error) ? "warn" : "error"]({ err: error }, "admin stream failed");
    return problem(fail("unavailable"), context.request.id);
  }
}

async function follow(context: AdminContext<"sessions.read">, credential: SessionCredential, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const { userId, sessionId } = context.actor;
  const encoder = new TextEncoder();
  const stops: (() => void)[] = [];
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  function close(): void {
    clearInterval(comments);
    for (const stop of stops) stop();
    controller?.close();
    controller = undefined;
  }
  function write(text: string): void {
    controller?.enqueue(encoder.encode(text));
  }
  /** The permission is read anew each time something is told: a demotion counts here too. */
  function tell(text: string): void {
    requirePermission(context, "sessions.read").then((admin) => (isFailure(admin) ? close() : write(text)), close);
  }
  function hear(notice: Notice): void {
    if (notice.type === "session.ended" && notice.sessionId === sessionId) close();
  }
  const comments = setInterval(() => tell(": still here\n\n"), COMMENT_MS);
  const stream = new ReadableStream<Uint8Array>({
    start(made) {
      controller = made;
    },
    cancel() {
      controller = undefined;
      close();
    },
  });
  try {
    stops.push(await listen(context, userId, { notice: hear, lost: close }));
    stops.push(await listenToAll(context, { changed: () => tell("event: sessions.changed\ndata: {}\n\n"), lost: close }));
  } catch (error) {
    close();
    throw error;
  }
  if (signal.aborted) close();
  signal.addEventListener("abort", close, { once: true });
  write("retry: 1000\n: welcome\n\n");
  // The session may have ended before the subscription stood.
  if ((await authenticate(context, credential, { use: false })).state === "anonymous") close();
  return stream;
}
