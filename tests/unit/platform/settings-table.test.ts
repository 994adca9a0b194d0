import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { settingsSchema } from "@/lib/platform/env";

test("the tables of settings have every setting that is read once, and no other", () => {
  const rows = ["README.md", "docs/operating.md"].flatMap((file) => readFileSync(file, "utf8").split("\n").filter((line) => line.startsWith("| `")));
  const named = rows.flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map(([, name]) => name as string));
  expect(named.toSorted()).toEqual(Object.keys(settingsSchema.shape).toSorted());
});
