import type { Context } from "@/lib/core/context";
import { fail } from "@/lib/core/errors";
import { isOutage } from "@/lib/core/outage";
import { listen } from "@/lib/notifications/listen";
import type { Notice } from "@/lib/notifications/schema";
import { authenticate } from "@/lib/sessions/authenticate";
import type { SessionCredential } from "@/lib/sessions/credential";
import { problem } from "./problem";
import { readSessionCookie } from "./session-cookie";
import { visit } from "./visitor";

const COMMENT_MS = 25_000;
/** A reader that lets this many events wait is gone. */
const MAX_WAITING = 100;

/**
 * `GET /api/auth/events`: the account's changes as server-sent events. No use of the session. The stream of a
 * session that ends says so and closes; without Redis there is none, and the page says that it is not live.
 */
export async function eventStream(request: Request): Promise<Response> {
  const { context, identity } = await visit(request.headers);
  const cookie = await readSessionCookie(context.settings, request.headers.get("cookie"));
  if (identity.state === "unknown") return problem(fail("unavailable"), context.request.id);
  if (identity.state === "anonymous" || cookie === null || cookie === "foreign") return problem(fail("unauthenticated"), context.request.id);
  try {
    const stream = await follow(context, cookie.credential, request.signal);
    return new Response(stream, {
      headers: {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "private, no-store, no-transform",
        "x-accel-buffering": "no",
        "x-request-id": context.request.id,
      },
    });
  } catch (error) {
    context.log[isOutage(error) ? "warn" : "error"]({ err: error }, "event stream failed");
    return problem(fail("unavailable"), context.request.id);
  }
}

async function follow(context: Context, credential: SessionCredential, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let stop = () => {};
  function close(): void {
    clearInterval(comments);
    stop();
    controller?.close();
    controller = undefined;
  }
  function write(text: string): void {
    if ((controller?.desiredSize ?? 0) < -MAX_WAITING) close();
    controller?.enqueue(encoder.encode(text));
  }
  function tell({ type, ...data }: Notice): void {
    write(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
    if (type === "session.ended" && "sessionId" in data && data.sessionId === credential.s) close();
  }
  const comments = setInterval(() => write(": still here\n\n"), COMMENT_MS);
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
    stop = await listen(context, credential.u, { notice: tell, lost: close });
  } catch (error) {
    clearInterval(comments);
    throw error;
  }
  if (signal.aborted) close();
  signal.addEventListener("abort", close, { once: true });
  write("retry: 1000\n: welcome\n\n");
  // The session may have ended before the subscription stood.
  const now = await authenticate(context, credential, { use: false });
  if (now.state === "anonymous") tell({ type: "session.ended", sessionId: credential.s, reason: now.ended?.reason ?? "expired" });
  return stream;
}
