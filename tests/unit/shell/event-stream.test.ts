import { afterEach, expect, test, vi } from "vitest";
import { openStream } from "@/components/shell/event-stream";

/** As much of a browser's as the page's end of it needs. */
class Source extends EventTarget {
  static readonly CLOSED = 2;
  static readonly made: Source[] = [];
  readyState = 0;
  constructor() {
    super();
    Source.made.push(this);
  }
  close(): void {
    this.readyState = Source.CLOSED;
  }
}

afterEach(() => vi.unstubAllGlobals());

test("however often the network comes back while it is asked, one stream is open, and is closed at the end", async () => {
  const page = new EventTarget();
  let resolve: (answer: Response) => void = () => {};
  const promise = new Promise<Response>((answer) => void (resolve = answer));
  const probing = vi.fn(() => promise);
  vi.stubGlobal("EventSource", Source);
  vi.stubGlobal("window", page);
  vi.stubGlobal("fetch", probing);
  const stop = openStream("/api/auth/events", "session", false, () => {});
  Source.made[0]?.dispatchEvent(new Event("error"));
  for (let time = 0; time < 3; time++) page.dispatchEvent(new Event("online"));
  expect(probing).toHaveBeenCalledTimes(1);
  resolve(new Response(null, { status: 200 }));
  await expect.poll(() => Source.made.length).toBe(2);
  stop();
  expect(Source.made.map(({ readyState }) => readyState)).toEqual([Source.CLOSED, Source.CLOSED]);
});
