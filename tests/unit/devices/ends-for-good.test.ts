import { expect, test } from "vitest";
import { endsForGoodSoon } from "@/components/devices/ends-for-good";
import { comingTime } from "@/components/ui/time-words";

const DAY = 24 * 60 * 60_000;
const NOW = Date.parse("2026-11-21T22:30:00.000Z");

test.each([
  [30, 3, true],
  [30, 3.001, false],
  [30, 0.01, true],
  [30, 0, false],
  [30, -1, false],
  [7.01, 1, true],
  [7, 1, false],
  [0.5, 0.4, false],
])("of a life of %f days, %f days before its end: %s", (life, left, expected) => {
  const end = NOW + left * DAY;
  expect(endsForGoodSoon({ createdAt: new Date(end - life * DAY).toISOString(), absoluteExpiresAt: new Date(end).toISOString() }, NOW)).toBe(expected);
});

test("when it will be, in the visitor's own zone", () => {
  const at = (time: string, zone: string) => comingTime(Date.parse(time), NOW, zone);
  expect(at("2026-11-21T23:05:00.000Z", "UTC")).toBe("today at 23:05");
  expect(at("2026-11-22T00:05:00.000Z", "UTC")).toBe("tomorrow at 00:05");
  expect(at("2026-11-24T14:05:00.000Z", "UTC")).toBe("on 24 November");
  // In Kathmandu it is the 22nd already, 04:15.
  expect(at("2026-11-22T00:05:00.000Z", "Asia/Kathmandu")).toBe("today at 05:50");
  expect(at("2026-11-30T18:30:00.000Z", "Asia/Kathmandu")).toBe("on 1 December");
});
