import { afterEach, expect, test, vi } from "vitest";
import { createLog } from "@/lib/platform/log";
import { keepSender } from "@/scripts/serve/keep-sender";

const node = process.execPath;

afterEach(() => {
  process.execPath = node;
  vi.useRealTimers();
});

test("a sender that cannot be started is tried again, after longer and longer pauses, and said each time; none once the server drains", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  const pauses = vi.spyOn(globalThis, "setTimeout");
  const log = createLog("silent");
  const said = vi.spyOn(log, "error");
  // The first is what Node says of its own accord (`error`, no `exit`), the second what it throws.
  process.execPath = "/nowhere/node";
  const stop = keepSender(log);
  await expect.poll(() => said.mock.calls.length).toBe(1);
  process.execPath = "";
  for (let time = 2; time <= 7; time++) {
    vi.runOnlyPendingTimers();
    await expect.poll(() => said.mock.calls.length).toBe(time);
  }
  expect(pauses.mock.calls.map(([, ms]) => ms)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  stop();
  vi.runOnlyPendingTimers();
  expect([said.mock.calls.length, vi.getTimerCount()]).toEqual([7, 0]);
});

test("a signal is the server's to hear, from its start on", () => {
  process.execPath = "";
  const listeners = () => [process.listenerCount("SIGTERM"), process.listenerCount("SIGINT")];
  const before = listeners();
  keepSender(createLog("silent"))();
  expect(listeners()).toEqual(before);
});
