import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

/** What `npm ci --omit=dev` is for: building the app, serving it, and the commands of operators. */
const ENTRIES = [
  "app", "components", "db", "lib", "middleware.ts", "instrumentation.ts", "next.config.ts", "scripts/serve.mjs", "scripts/serve.ts", "scripts/send-mails.mjs", "scripts/send-mails.ts", "scripts/run.mjs",
  ...["admin", "build", "db-migrate", "sweep"].map((command) => `scripts/${command}.ts`),
];
/** Asked for by Next, not by a line of ours: without its types it would install them in the middle of a build. */
const ASKED_BY_NEXT = ["@types/node", "@types/react", "react-dom", "typescript"];

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Record<"dependencies" | "devDependencies", Record<string, string>> & { postcss: { plugins: object } };

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: "utf8" }).map((file) => join(path, file)).filter((file) => /\.(tsx?|mjs|css)$/.test(file));
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, "utf8").replace(/^(import|export) type [^;]*;/gm, "");
  return [...text.matchAll(/\b(?:from|import|require|resolve)\s*\(?\s*"([@\w./-]+)"/g)].map(([, name]) => name as string);
}

const isOurs = (name: string) => name.startsWith(".") || name.startsWith("@/");

/** The file of ours that an import names. */
function fileOf(name: string, from: string): string[] {
  const path = normalize(name.startsWith(".") ? join(dirname(from), name) : name.slice(2));
  return ["", ".ts", ".tsx", ".mjs"].map((extension) => path + extension).filter((file) => existsSync(file) && statSync(file).isFile());
}

/** Every package that something reachable from the entries imports, with one file that does. */
function importedPackages(): Map<string, string> {
  const found = new Map<string, string>();
  const files = new Set(ENTRIES.flatMap(filesOf));
  for (const file of files) {
    for (const name of importsOf(file)) {
      if (isOurs(name)) for (const local of fileOf(name, file)) files.add(local);
      else if (!isBuiltin(name)) found.set(name.split("/").slice(0, name.startsWith("@") ? 2 : 1).join("/"), file);
    }
  }
  return found;
}

test("nothing that builds or runs the app needs a package that `npm ci --omit=dev` leaves out", () => {
  const imported = importedPackages();
  expect(imported.size).toBeGreaterThan(20);
  expect([...imported].filter(([name]) => !(name in manifest.dependencies))).toEqual([]);
});

test("and what nothing of that needs is left out", () => {
  const needed = new Set([...importedPackages().keys(), ...Object.keys(manifest.postcss.plugins), ...ASKED_BY_NEXT]);
  const named = ["lib/platform/geo.ts", "next.config.ts"].map((file) => readFileSync(file, "utf8")).join();
  expect(Object.keys(manifest.dependencies).filter((name) => !needed.has(name) && !named.includes(`"${name}"`))).toEqual([]);
});
