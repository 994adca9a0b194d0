import type { Context } from "@/lib/core/context";
import { fail } from "@/lib/core/errors";
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
 * session that ends says so and closes.
 */
export async function eventStream(request: Request): Promise<Response> {
  const { context, identity } = await visit(request.headers);
  const cookie = await readSessionCookie(context.settings, request.headers.get("cookie"));
  if (identity.state === "unknown") return problem(fail("unavailable"), context.request.id);
  if (identity.state === "anonymous" || cookie === null || cookie === "foreign") return problem(fail("unauthenticated"), context.request.id);
  return new Response(follow(context, cookie.credential, request.signal), {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "private, no-store, no-transform",
      "x-accel-buffering": "no",
      "x-request-id": context.request.id,
    },
  });
}

function follow(context: Context, credential: SessionCredential, signal: AbortSignal): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let close = () => {};
  return new ReadableStream<Uint8Array>({
    start(controller) {
      let open = true;
      const write = (text: string) => {
        if (!open) return;
        if ((controller.desiredSize ?? 0) < -MAX_WAITING) return close();
        controller.enqueue(encoder.encode(text));
      };
      const tell = ({ type, ...data }: Notice) => {
        write(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
        if (type === "session.ended" && "sessionId" in data && data.sessionId === credential.s) close();
      };
      const lookAgain = async () => {
        const now = await authenticate(context, credential, { use: false });
        if (now.state === "anonymous") tell({ type: "session.ended", sessionId: credential.s, reason: now.ended?.reason ?? "expired" });
      };
      const stop = listen(context, credential.u, {
        notice: tell,
        // The session may have ended before the subscription stood.
        resumed: () => void lookAgain().catch((error: unknown) => context.log.error({ err: error }, "event stream")),
      });
      const comments = setInterval(() => write(": still here\n\n"), COMMENT_MS);
      close = () => {
        if (!open) return;
        open = false;
        clearInterval(comments);
        stop();
        controller.close();
      };
      signal.addEventListener("abort", () => close(), { once: true });
      write("retry: 1000\n: welcome\n\n");
    },
    cancel: () => close(),
  });
}
