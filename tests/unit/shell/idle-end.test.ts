import { expect, test } from "vitest";
import { isFinal, type SessionLife, warningTime } from "@/components/shell/idle-end";

const NOW = Date.parse("2026-11-21T14:00:00.000Z");
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** A session that began so long ago, used just now, with what is left of it in milliseconds. */
function life({ age, left, absolute }: { age: number; left: number; absolute: number }): SessionLife {
  const at = (milliseconds: number) => new Date(NOW + milliseconds).toISOString();
  return { createdAt: at(-age), lastSeenAt: at(0), expiresAt: at(Math.min(left, absolute)), absoluteExpiresAt: at(absolute) };
}

test.each([
  ["half an hour", { age: DAY, left: 30 * MINUTE, absolute: 29 * DAY }, 2 * MINUTE],
  ["kept signed in", { age: DAY, left: 30 * DAY, absolute: 89 * DAY }, 2 * MINUTE],
  ["four minutes", { age: DAY, left: 4 * MINUTE, absolute: 29 * DAY }, 2 * MINUTE],
  ["less than four minutes: half of it", { age: DAY, left: 30_000, absolute: 29 * DAY }, 15_000],
  ["a second", { age: 0, left: 1_000, absolute: 29 * DAY }, 500],
  ["an end for good in a minute, after a long life", { age: 30 * DAY, left: 30 * MINUTE, absolute: MINUTE }, 2 * MINUTE],
  ["an end for good of a life of three minutes", { age: 2 * MINUTE, left: 30 * MINUTE, absolute: MINUTE }, 1.5 * MINUTE],
])("%s", (_what, session, expected) => {
  expect(warningTime(life(session))).toBe(expected);
});

test("an end is final when it is the absolute one, and only then", () => {
  const session = life({ age: DAY, left: 30 * MINUTE, absolute: 40 * MINUTE });
  expect([30, 39.999, 40].map((minutes) => isFinal(session, NOW + minutes * MINUTE))).toEqual([false, false, true]);
});
