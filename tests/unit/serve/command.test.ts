import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SERVE } from "@/scripts/serve/command";

test("npm start is what the tests and the benchmark start", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
  expect(scripts.start).toBe(`exec node ${SERVE.join(" ")}`);
});
