import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

type Entry = { version: string; optionalDependencies?: Record<string, string>; resolved?: string };

const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: Record<string, Entry> };

/** npm leaves out what its registry did not have when the file was written, and `npm ci` then refuses the file everywhere. */
test("the lock file names the optional packages of every platform", () => {
  const named = new Set(Object.keys(packages).map((path) => path.split("node_modules/").at(-1)));
  const missing = Object.values(packages).flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies).filter((name) => !named.has(name)));
  expect(missing).toEqual([]);
});

test("the lock file names no registry's host, and package.json exact versions only", () => {
  expect(Object.values(packages).filter(({ resolved }) => resolved)).toEqual([]);
  const { dependencies, devDependencies } = JSON.parse(readFileSync("package.json", "utf8")) as Record<string, Record<string, string>>;
  for (const version of Object.values({ ...dependencies, ...devDependencies })) expect(version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
});
