import { expect, test } from "vitest";
import { plainWords } from "@/lib/mail/plain-words";
import { dayInWords, minutesInWords, timeInWords } from "@/lib/mail/time-in-words";

test.each(["Chrome on Windows 11", "Safari on iPadOS 26.1", "Kim’s iPhone", "Chrome on SM-S921B", "Küche (iPad)", "厨房的电脑", "Firefox on Linux"])("%s stays as it is", (name) => {
  expect(plainWords(name)).toBe(name);
});

test.each([
  ["evil.example", "evil example"],
  ["http://evil.example/win?x=1", "http evil example win x 1"],
  ["evil．example", "evil example"],
  ["evil。example", "evil example"],
  ["mail@evil.example", "mail evil example"],
  ["<b>x</b>", "b x b"],
  ["two\r\nlines\u2028three", "two lines three"],
  ["\u202Egpj.exe", "gpj exe"],
  ["xn--80ak6aa92e.com", "xn--80ak6aa92e com"],
  ["  ", ""],
  ["\u200b", ""],
  ["", ""],
])("%j carries no link and no line: %j", (name, words) => {
  expect(plainWords(name)).toBe(words);
});

test("it is short, and cut between letters", () => {
  expect(plainWords("a".repeat(10_000))).toBe(`${"a".repeat(47)}…`);
  expect([...plainWords("𝔞b".repeat(500))].length).toBeLessThanOrEqual(48);
});

test("times say their zone", () => {
  expect(timeInWords("2026-11-21T14:02:59.999Z")).toBe("21 November 2026, 14:02 UTC");
  expect(timeInWords("2026-01-01T00:00:00.000Z")).toBe("1 January 2026, 00:00 UTC");
  expect(dayInWords("2026-12-05T23:59:59.000Z")).toBe("5 December 2026 (UTC)");
  expect([1, 30].map(minutesInWords)).toEqual(["1 minute", "30 minutes"]);
});
