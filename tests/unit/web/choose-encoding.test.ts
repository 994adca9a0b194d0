import { expect, test } from "vitest";
import { chooseEncoding } from "@/lib/web/choose-encoding";

test.each([
  [null, "identity"],
  ["gzip", "gzip"],
  ["gzip, br", "br"],
  ["br;q=0, gzip ; q=0.5", "gzip"],
  ["*", "br"],
  ["br;q=0, *;q=1", "gzip"],
  ["deflate", "identity"],
  ["br ;level=4; q=0", "identity"],
])("%j reads %s", (header, expected) => {
  expect(chooseEncoding(header)).toBe(expected);
});

test.each([`a${" ".repeat(15_500)}b`, `a${" ;".repeat(7_700)}`, ",".repeat(15_500), `a;${" ".repeat(15_500)}q=1`])("a header made to be long takes no time", (header) => {
  const times = Array.from({ length: 5 }, () => {
    const started = performance.now();
    chooseEncoding(header);
    return performance.now() - started;
  });
  // The best of five: anything else on the machine takes time too, and what grows with the square takes it each time.
  expect(Math.min(...times)).toBeLessThan(20);
});
