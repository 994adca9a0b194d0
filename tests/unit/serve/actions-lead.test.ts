import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const sources = readdirSync("app", { recursive: true, encoding: "utf8" })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => ({ file, text: readFileSync(join("app", file), "utf8") }));

test("no server action redirects: Next would ask its own https origin for the target (docs/decisions/0012)", () => {
  const actions = sources.filter(({ text }) => text.startsWith('"use server"'));
  expect(actions.length).toBeGreaterThan(5);
  expect(actions.filter(({ text }) => text.includes("next/navigation")).map(({ file }) => file)).toEqual([]);
});
