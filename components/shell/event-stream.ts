export type StreamState = "connecting" | "live" | "down";

/** What a page hears: whether news come, that something changed, that a new device waits or waits no more, that its own session has ended. */
export type News = StreamState | "changed" | "asked" | "ended";

/** What happens to one's own account, and that something happens to anyone's. */
export type StreamPath = "/api/auth/events" | "/api/admin/live";

const CHANGES = ["session.started", "device.changed", "avatar.changed", "factors.changed", "export.ready", "sessions.changed"];
const QUESTIONS = ["attempt.waiting", "attempt.settled"];
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 15_000;
/** A stream that breaks sooner was no way back: the next try waits longer than the last. */
const SETTLED = 60_000;

/** The status that the stream would answer; null when nothing answers. */
async function probe(path: StreamPath): Promise<number | null> {
  const response = await fetch(path, { method: "HEAD", cache: "no-store" }).catch(() => null);
  return response && response.status;
}

function endedSession(data: string): unknown {
  try {
    return (JSON.parse(data) as { sessionId?: unknown }).sessionId;
  } catch {
    return null;
  }
}

/**
 * Keeps an event stream open until the returned function is called, and comes back by itself after a
 * break (EventSource gives up at the first answer that is not 200). After a break everything may have changed;
 * `late` says that it began with one.
 */
export function openStream(path: StreamPath, sessionId: string, late: boolean, tell: (news: News) => void): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  let asking = false;
  let missed = late;
  let wait = FIRST_WAIT;
  let openedAt = Number.POSITIVE_INFINITY;

  function open() {
    const own = new EventSource(path);
    source = own;
    own.addEventListener("open", () => {
      openedAt = Date.now();
      tell("live");
      if (missed) tell("changed");
      missed = false;
    });
    for (const type of CHANGES) own.addEventListener(type, () => tell("changed"));
    for (const type of QUESTIONS) own.addEventListener(type, () => tell("asked"));
    own.addEventListener("session.ended", (event) => tell(endedSession(event.data) === sessionId ? "ended" : "changed"));
    own.addEventListener("error", () => {
      own.close();
      missed = true;
      if (Date.now() - openedAt > SETTLED) wait = FIRST_WAIT;
      openedAt = Number.POSITIVE_INFINITY;
      if (stopped) return;
      tell("down");
      later();
    });
  }

  function later() {
    timer = setTimeout(reopen, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }

  /** Once at a time: the network may come back while it is asked, and a second stream would be closed by nobody. */
  async function reopen() {
    if (asking) return;
    asking = true;
    const status = await probe(path);
    asking = false;
    if (stopped) return;
    if (status === 401) tell("ended");
    else if (status === 200) open();
    else later();
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
