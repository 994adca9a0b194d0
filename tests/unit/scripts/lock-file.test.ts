import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

type Entry = { version: string; optionalDependencies?: Record<string, string>; resolved?: string };
type Package = Record<string, Record<string, string>>;

const PEER = join("bench", "peers", "better-auth");

function read(folder: string): { packages: Record<string, Entry>; manifest: Package } {
  const { packages } = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8")) as { packages: Record<string, Entry> };
  return { packages, manifest: JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Package };
}

describe.each([".", PEER])("the lock file in %s", (folder) => {
  const { packages, manifest } = read(folder);

  /** npm leaves out what its registry did not have when the file was written, and `npm ci` then refuses the file everywhere. */
  test("names the optional packages of every platform", () => {
    const named = new Set(Object.keys(packages).map((path) => path.split("node_modules/").at(-1)));
    const missing = Object.values(packages).flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies).filter((name) => !named.has(name)));
    expect(missing).toEqual([]);
  });

  test("names no registry's host, and package.json exact versions only", () => {
    expect(Object.values(packages).filter(({ resolved }) => resolved)).toEqual([]);
    for (const version of Object.values({ ...manifest.dependencies, ...manifest.devDependencies })) expect(version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
  });
});

test("the benchmark's peer is built with the same Next and React as Latchkey", () => {
  const [ours, theirs] = [read(".").manifest.dependencies, read(PEER).manifest.dependencies];
  for (const name of ["next", "react", "react-dom"]) expect(theirs?.[name]).toBe(ours?.[name]);
});
