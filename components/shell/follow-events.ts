import { type News, openStream, type StreamPath } from "./event-stream";

/** How long a question waits at most. */
const QUESTION_MS = 10 * 60_000;

/**
 * Hears what a stream tells until the returned function is called. One tab a session holds the stream and
 * tells the others: over HTTP/1.1 a browser has six connections to a host, and a stream a tab would use them up.
 */
export function followEvents(path: StreamPath, sessionId: string, tell: (news: News) => void): () => void {
  // Both are missing where the page is not secure (http on another host than localhost).
  if (!("locks" in navigator) || !("BroadcastChannel" in window)) return openStream(path, sessionId, false, tell);

  const name = `latchkey-${path}-${sessionId}`;
  const channel = new BroadcastChannel(name);
  const stopped = new AbortController();
  let last: News = "connecting";
  let askedAt = Number.NEGATIVE_INFINITY;
  let heard = false;
  let leads = false;

  function post(message: News | "hello") {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel reaches this origin only
    channel.postMessage(message);
  }

  function share(news: News) {
    if (news === "asked") askedAt = Date.now();
    else if (news !== "changed") last = news;
    post(news);
    tell(news);
  }

  channel.addEventListener("message", ({ data }: MessageEvent<News | "hello">) => {
    if (data === "hello") {
      if (!leads) return;
      post(last);
      // A page that was opened since looks too.
      if (Date.now() - askedAt < QUESTION_MS) post("asked");
      return;
    }
    heard = true;
    tell(data);
  });
  post("hello");

  function lead(): Promise<void> {
    leads = true;
    const close = openStream(path, sessionId, heard, share);
    return new Promise((resolve) => {
      stopped.signal.addEventListener("abort", () => {
        close();
        resolve();
      });
    });
  }

  // It rejects when the page stops waiting for its turn, which is no error.
  navigator.locks.request(name, { signal: stopped.signal }, lead).catch(() => {});
  return () => {
    stopped.abort();
    channel.close();
  };
}
