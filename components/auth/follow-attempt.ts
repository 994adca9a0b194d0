/** How often the page asks by itself where no stream says when. */
const ASK_MS = 5_000;

/** Calls `changed` whenever something has become of the attempt that this browser has under way, until the returned function is called. */
export function followAttempt(changed: () => void): () => void {
  const source = new EventSource("/api/auth/attempt/events");
  source.addEventListener("attempt.changed", changed);
  const timer = setInterval(() => source.readyState !== EventSource.OPEN && changed(), ASK_MS);
  return () => {
    clearInterval(timer);
    source.close();
  };
}
