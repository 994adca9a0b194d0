import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { isOutage } from "@/lib/core/outage";
import { LONGEST_TIMER_MS } from "@/lib/core/time";
import type { Credential } from "@/lib/sessions/credential";
import { problem } from "./problem";
import { takePlace } from "./stream-places";

/** How often an open stream shows that it still is. */
export const COMMENT_MS = 25_000;
/** How soon a browser comes back after a break, milliseconds; and one whose stream had to make room for another. */
const COME_BACK_MS = 1_000;
const STAY_AWAY_MS = 15_000;
/** A reader that lets this many events wait is gone. */
const MAX_WAITING = 100;

/** How long the access token that opened a stream still holds, in milliseconds; without one as long as a timer can wait. */
export function tokenLife({ clock }: Context, credential: Credential): number {
  const end = "expiresAt" in credential ? (credential.expiresAt ?? null) : null;
  return end === null ? LONGEST_TIMER_MS : Math.min(LONGEST_TIMER_MS, end - clock.now());
}

export type EventSink = {
  write(text: string): void;
  close(): void;
  /** Those of the answer, until it is sent. */
  headers: Headers;
  /** What is undone when the stream closes; at once if it has. */
  atClose(undo: () => void): void;
};

/**
 * A stream of server-sent events (WHATWG HTML, 9.2) that `feed` subscribes to its sources. It closes when its reader
 * leaves, or when the session or account of its `place` has too many younger ones. When `feed` refuses, or rejects
 * (`unavailable`), everything is undone and there is none.
 */
export async function streamEvents(
  context: Context,
  { signal, method }: Request,
  place: Pick<Credential, "u" | "s">,
  feed: (sink: EventSink) => Promise<Failure | void>,
): Promise<Response> {
  const encoder = new TextEncoder();
  const undos: (() => void)[] = [];
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  function close(): void {
    for (const undo of undos.splice(0)) undo();
    controller?.close();
    controller = undefined;
  }
  const headers = new Headers({
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "private, no-store, no-transform",
    "x-accel-buffering": "no",
    "x-request-id": context.request.id,
  });
  const sink: EventSink = {
    close,
    headers,
    write(text) {
      if ((controller?.desiredSize ?? 0) < -MAX_WAITING) close();
      controller?.enqueue(encoder.encode(text));
    },
    atClose(undo) {
      if (controller) undos.push(undo);
      else undo();
    },
  };
  const stream = new ReadableStream<Uint8Array>({
    start(made) {
      controller = made;
    },
    cancel() {
      controller = undefined;
      close();
    },
  });
  if (signal.aborted) close();
  signal.addEventListener("abort", close, { once: true });
  sink.write(`retry: ${COME_BACK_MS}\n: welcome\n\n`);
  const refused = await feed(sink).catch((error: unknown) => {
    context.log[isOutage(error) ? "warn" : "error"]({ err: error }, "event stream failed");
    return fail("unavailable");
  });
  if (isFailure(refused)) {
    close();
    return problem(refused, context.request.id);
  }
  function displace(): void {
    sink.write(`retry: ${STAY_AWAY_MS}\n\n`);
    close();
  }
  // What is only asked for its headers is over at once, and must not cost another its place.
  if (method !== "HEAD") sink.atClose(takePlace(place, displace));
  return new Response(stream, { headers });
}
