import { expect, test } from "vitest";
import { areDigitsOf, digitsOf } from "@/lib/auth/approval-digits";
import { newId } from "@/lib/core/ids";
import { checkSettings, type Settings } from "@/lib/platform/env";
import { testSettings } from "@/tests/support/test-settings";

const ids = Array.from({ length: 50 }, () => newId());
const { settings } = checkSettings({ ...testSettings, DATABASE_URL: "postgres://localhost/x", REDIS_URL: "redis://localhost" }) as { settings: Settings };
const house = { settings };
const without = { settings: { ...settings, ENCRYPTION_KEYS: [] } };
const shownBy = (of: typeof house) => ids.map((id) => digitsOf(of, id));

test("the digits of a question are its own, from 10 to 99, and always the same", () => {
  const drawn = new Set(Array.from({ length: 2_000 }, () => digitsOf(house, newId())));
  expect(drawn.size).toBe(90);
  expect([...drawn].every((digits) => /^[1-9]\d$/.test(digits))).toBe(true);
  expect(shownBy(house)).toEqual(shownBy(house));
  expect(ids.every((id) => areDigitsOf(house, id, digitsOf(house, id)))).toBe(true);
  expect(ids.some((id) => areDigitsOf(house, id, digitsOf(house, id) === "99" ? "10" : "99"))).toBe(false);
});

test("they are derived of the cookies' secret where a house has no keys for what it keeps", () => {
  const other = { settings: { ...without.settings, SESSION_SECRETS: [{ id: 9, secret: "another secret of the house, as long as one must be" }] } };
  expect(shownBy(without)).not.toEqual(shownBy(house));
  expect(shownBy(without)).not.toEqual(shownBy(other));
  expect(ids.every((id) => areDigitsOf(without, id, digitsOf(without, id)))).toBe(true);
});

test("they hold while keys are changed one instance after the other", () => {
  const after = { settings: { ...settings, ENCRYPTION_KEYS: [{ id: "9", key: new Uint8Array(32).fill(9) }, ...settings.ENCRYPTION_KEYS] } };
  expect(ids.every((id) => areDigitsOf(after, id, digitsOf(house, id)))).toBe(true);
  expect(ids.every((id) => areDigitsOf(house, id, digitsOf(after, id)))).toBe(false);
});
