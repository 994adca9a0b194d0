import { expect, test } from "vitest";
import { settingsSchema } from "@/lib/platform/env";

const isZone = (name: string) => settingsSchema.shape.TIME_ZONE.safeParse(name).success;

test("a zone is UTC or one of the IANA database by its full name: others mean something else to PostgreSQL", () => {
  expect(settingsSchema.shape.TIME_ZONE.parse(undefined)).toBe("UTC");
  for (const name of ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5"]) expect(isZone(name), name).toBe(true);
  for (const name of ["CET", "EST", "+01:00", "Berlin", "Europe/Atlantis", "utc'; drop", "Europe/Berlin "]) expect(isZone(name), name).toBe(name === "Europe/Berlin ");
});
