import { isLeaving } from "./leaving";

export type StreamState = "connecting" | "live" | "down";
type Listener = { state: (state: StreamState) => void; changed: () => void };

const EVENTS = "/api/auth/events";
const CHANGES = ["session.started", "device.changed", "avatar.changed"];

/** A document navigation, so that nothing private stays in the router's memory. */
function fallOut() {
  if (!isLeaving()) window.location.assign("/sign-in?ended=1");
}

/** The status that the stream answers; null when nothing answers. Opening it counts as no use of the session. */
async function probe(): Promise<number | null> {
  const abort = new AbortController();
  try {
    const response = await fetch(EVENTS, { headers: { accept: "text/event-stream" }, cache: "no-store", signal: abort.signal });
    return response.status;
  } catch {
    return null;
  } finally {
    abort.abort();
  }
}

function endedSession(data: string): unknown {
  try {
    return (JSON.parse(data) as { sessionId?: unknown }).sessionId;
  } catch {
    return null;
  }
}

/**
 * Follows the account's events until the returned function is called. Tells of every change, leaves for the
 * sign-in page when the session itself has ended, and comes back by itself after a break (EventSource gives up
 * at the first answer that is not 200).
 */
export function followEvents(sessionId: string, listener: Listener): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  let wasDown = false;
  let wait = 1000;

  function open() {
    if (stopped) return;
    source = new EventSource(EVENTS);
    source.addEventListener("open", () => {
      wait = 1000;
      listener.state("live");
      if (wasDown) listener.changed();
      wasDown = false;
    });
    for (const type of CHANGES) source.addEventListener(type, () => listener.changed());
    source.addEventListener("session.ended", (event) => {
      if (endedSession(event.data) === sessionId) fallOut();
      else listener.changed();
    });
    source.addEventListener("error", () => {
      wasDown = true;
      source?.close();
      if (stopped || isLeaving()) return;
      listener.state("down");
      timer = setTimeout(reopen, wait);
      wait = Math.min(wait * 2, 15_000);
    });
  }

  async function reopen() {
    const status = await probe();
    if (stopped) return;
    if (status === 401) return fallOut();
    if (status === 200) return open();
    timer = setTimeout(reopen, wait);
    wait = Math.min(wait * 2, 15_000);
  }

  function retryNow() {
    if (source?.readyState !== EventSource.CLOSED) return;
    clearTimeout(timer);
    void reopen();
  }

  open();
  window.addEventListener("online", retryNow);
  return () => {
    stopped = true;
    clearTimeout(timer);
    window.removeEventListener("online", retryNow);
    source?.close();
  };
}
