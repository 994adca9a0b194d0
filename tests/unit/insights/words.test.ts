import { expect, test } from "vitest";
import { binsOf } from "@/components/insights/bins";
import { momentWords } from "@/components/admin/moment-words";
import { findingsOf } from "@/components/insights/findings";
import { eventsHref } from "@/components/insights/lists";
import { bytesWords, change, daysWords, failureName, lengthWords } from "@/components/insights/words";
import { shapes } from "@/components/insights/world";
import { lengthFigures } from "@/lib/insights/length-figures";
import type { Insights } from "@/lib/insights/schema";

test("days, lengths, bytes and changes in words", () => {
  expect(daysWords("2026-11-01", "2026-11-30")).toBe("1 – 30 November 2026");
  expect(daysWords("2026-10-24", "2026-11-30")).toBe("24 October – 30 November 2026");
  expect(daysWords("2025-12-01", "2026-11-30")).toBe("1 December 2025 – 30 November 2026");
  expect([40, 89, 240, 7_200, 9_000, 90_000, 259_200].map(lengthWords)).toEqual(["40 s", "89 s", "4 min", "2 h", "2 h 30 min", "25 h", "3 days"]);
  expect([0, 999, 44_000, 1_240_000].map(bytesWords)).toEqual(["0 B", "999 B", "44 KB", "1.2 MB"]);
  expect([[112, 100], [88, 100], [100, 100], [900, 100], [5, 0]].map(([count = 0, before = 0]) => change({ count, before }))).toEqual(["up 12%", "down 12%", "as before", "9 times as many", null]);
});

test("a year is drawn by weeks that end today, less by days", () => {
  const days = (length: number) => Array.from({ length }, (_one, day) => ({ day: String(day) }));
  expect(binsOf(days(90))).toHaveLength(90);
  const weeks = binsOf(days(365));
  expect(weeks).toHaveLength(52);
  expect(weeks.at(-1)).toMatchObject({ from: "358", to: "364" });
});

test("a list of events is of the operator's days", () => {
  expect(eventsHref("sign_in.failed", "2026-11-01", "2026-11-02", "UTC")).toBe("/admin/audit?type=sign_in.failed&from=2026-11-01&to=2026-11-02");
  expect(decodeURIComponent(eventsHref("sign_in.failed", "2026-10-25", "2026-10-25", "Europe/Berlin"))).toBe("/admin/audit?type=sign_in.failed&from=2026-10-24T22:00:00.000Z&to=2026-10-25T23:00:00.000Z");
  // Which the list calls by that day again.
  expect([momentWords("2026-10-24T22:00:00.000Z", "Europe/Berlin", "begins"), momentWords("2026-10-25T23:00:00.000Z", "Europe/Berlin", "ends")]).toEqual(["2026-10-25 (Europe/Berlin)", "2026-10-25 (Europe/Berlin)"]);
  expect([momentWords("2026-10-25T12:00:00Z", "Europe/Berlin", "begins"), momentWords("2026-10-25", "Europe/Berlin", "ends"), momentWords("x", "UTC", "ends")]).toEqual([expect.stringMatching(/13:00.*\(Europe\/Berlin\)$/), "2026-10-25", "x"]);
});

test("the map knows the countries of the world by their two letters", () => {
  for (const country of ["DE", "US", "BR", "IN", "JP", "AU", "NG", "TW", "PS", "XK"]) expect(shapes.get(country)?.path, country).toMatch(/^M[\d.,-]/);
  expect(shapes.size).toBeGreaterThan(165);
});

test("without sessions there is no median", () => {
  expect(lengthFigures([])).toMatchObject({ median: { count: null, before: null }, p90: { count: null, before: null } });
});

test("where nothing is found it is said whether that is counted yet", () => {
  const none = { count: 0, before: 0 };
  const quiet = (countedAt: string | null) => findingsOf({ days: 30, countedAt, totals: { signIns: none, failed: none, refused: none, sent: none, late: none, refusedMails: none, allAccounts: 3 } } as Insights).map(({ words }) => words);
  expect(quiet(null)).toEqual([expect.stringMatching(/^What has happened is still being counted\./)]);
  expect(quiet("2026-11-30T12:00:00.000Z")).toEqual([expect.stringMatching(/^Nobody signed in in these 30 days, or in the 30 before\./)]);
});

test("what failed has words of its own, whatever it was", () => {
  const kinds = [null, "totp", "recovery_code", "passkey", "email_code", "provider", "authorization_code"];
  for (const kind of kinds) expect(failureName(kind)).toMatch(/^[A-Z][^_]+$/);
});
