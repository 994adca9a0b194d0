import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { settingsSchema } from "@/lib/platform/env";

test("the tables of settings have every setting that is read once, and no other", () => {
  const rows = ["README.md", "docs/operating.md"].flatMap((file) => readFileSync(file, "utf8").split("\n").filter((line) => line.startsWith("| `")));
  const named = rows.flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map(([, name]) => name as string));
  expect(named.toSorted()).toEqual(Object.keys(settingsSchema.shape).toSorted());
});

test("nothing is forgotten before its day is counted for good: it is open for two days after it, and an hour", () => {
  for (const name of ["EVENTS_RETENTION_DAYS", "SESSIONS_RETENTION_DAYS"] as const) {
    expect([3, 4].map((days) => settingsSchema.shape[name].safeParse(String(days)).success), name).toEqual([false, true]);
  }
});
