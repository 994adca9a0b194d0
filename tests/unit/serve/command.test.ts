import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SERVE, SERVE_ENVIRONMENT } from "@/scripts/serve/command";

test("npm start is what the tests and the benchmark start", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
  const environment = Object.entries(SERVE_ENVIRONMENT).map((entry) => entry.join("="));
  expect(scripts.start).toBe(`exec env ${environment.join(" ")} node ${SERVE.join(" ")}`);
});
