import { expect, test } from "vitest";
import { packPicks, unpackPicks } from "@/app/(admin)/admin/devices/packed-picks";
import { reasonSchema } from "@/lib/admin/session-filter";
import { newId } from "@/lib/core/ids";
import { checkSettings } from "@/lib/platform/env";
import { readTypedCookie, typedCookie } from "@/lib/web/typed-cookie";
import { testSettings } from "@/tests/support/test-settings";

/** RFC 6265 section 6.1, and what Chromium and Firefox take of name and value together. */
const MOST = 4_096;

const { settings } = checkSettings({ ...testSettings, DATABASE_URL: "postgres://nowhere", REDIS_URL: "redis://nowhere", APP_URL: "https://latchkey.example.org" });

test.each([["in four bytes a character", "\u{1F5DD}".repeat(200)], ["of quotation marks", '"'.repeat(200)]])("a hundred picks of a long address come back with the longest reason, %s", async (_what, reason) => {
  expect(reasonSchema.parse(reason)).toBe(reason);
  const ids = Array.from({ length: 100 }, newId);
  const page = `/admin/devices?q=${"x".repeat(2_000)}`;
  if (!settings) throw new Error("no settings");
  const { name, value } = await typedCookie(settings, { page, fields: { picked: packPicks(ids), reason } });
  expect(name.length + 1 + value.length).toBeLessThanOrEqual(MOST);
  const header = `${name}=${value}`;
  expect(await readTypedCookie(settings, header, "/admin/devices")).toEqual({});
  const { picked = "", ...typed } = await readTypedCookie(settings, header, page);
  expect(typed).toEqual({ reason });
  expect(unpackPicks(picked, [newId(), ...ids.toReversed(), newId()])).toEqual(ids.toReversed());
  expect(unpackPicks("", ids)).toEqual([]);
});
