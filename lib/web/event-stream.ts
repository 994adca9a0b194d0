import type { Context } from "@/lib/core/context";
import { fail } from "@/lib/core/errors";
import { isOutage } from "@/lib/core/outage";
import { listen } from "@/lib/notifications/listen";
import type { Notice } from "@/lib/notifications/schema";
import { authenticate } from "@/lib/sessions/authenticate";
import { type Credential, revocableId } from "@/lib/sessions/credential";
import { problem } from "./problem";
import { readCredential } from "./read-credential";
import { visit } from "./visitor";

const COMMENT_MS = 25_000;
/** A reader that lets this many events wait is gone. */
const MAX_WAITING = 100;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * `GET /api/auth/events`: the account's changes as server-sent events. No use of the session. The stream of a
 * session that ends says so and closes; without Redis there is none, and the page says that it is not live.
 */
export async function eventStream(request: Request): Promise<Response> {
  const { context, identity } = await visit(request.headers);
  const { credential } = await readCredential(context, request.headers);
  if (identity.state === "unknown") return problem(fail("unavailable"), context.request.id);
  if (identity.state === "anonymous" || credential === null) return problem(fail("unauthenticated"), context.request.id);
  try {
    const stream = await follow(context, credential, request.signal);
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

async function follow(context: Context, credential: Credential, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let stop = () => {};
  function close(): void {
    clearInterval(comments);
    clearTimeout(life);
    stop();
    controller?.close();
    controller = undefined;
  }
  function write(text: string): void {
    if ((controller?.desiredSize ?? 0) < -MAX_WAITING) close();
    controller?.enqueue(encoder.encode(text));
  }
  function tell({ type, ...data }: Notice): void {
    if (type === "token.revoked") return "tokenId" in data && data.tokenId === revocableId(credential) ? close() : undefined;
    write(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
    if (type === "session.ended" && "sessionId" in data && data.sessionId === credential.s) close();
  }
  const comments = setInterval(() => write(": still here\n\n"), COMMENT_MS);
  // No stream outlives the token that opened it. The client comes again with the next one.
  const end = "expiresAt" in credential ? credential.expiresAt : undefined;
  const life = setTimeout(close, Math.min(LONGEST_TIMER_MS, (end ?? Number.POSITIVE_INFINITY) - context.clock.now()));
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
    clearTimeout(life);
    throw error;
  }
  if (signal.aborted) close();
  signal.addEventListener("abort", close, { once: true });
  write("retry: 1000\n: welcome\n\n");
  // The session may have ended before the subscription stood.
  const now = await authenticate(context, credential, { use: false });
  // Of an access token that was revoked alone the session goes on.
  if (now.state === "anonymous" && now.ended === null && revocableId(credential) !== null) close();
  else if (now.state === "anonymous") tell({ type: "session.ended", sessionId: credential.s, reason: now.ended?.reason ?? "expired" });
  return stream;
}
