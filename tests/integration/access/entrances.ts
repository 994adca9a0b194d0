import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { newId } from "@/lib/core/ids";

/** Every way into the app, as the file tree has it: the pages, the routes, the server actions. */
export function findEntrances(): { pages: string[]; routes: { path: string; file: string }[]; actions: string[] } {
  const files = ["app", "components", "lib"].flatMap((folder) => readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)));
  const sources = files.filter((file) => /\.tsx?$/.test(file)).sort();
  return {
    pages: sources.filter((file) => file.endsWith("/page.tsx") && file.startsWith("app/")).map(pathOf),
    routes: sources.filter((file) => file.endsWith("/route.ts") && file.startsWith("app/")).map((file) => ({ path: pathOf(file), file })),
    actions: sources.flatMap((file) => {
      const text = readFileSync(file, "utf8");
      if (!/^\s*"use server";/m.test(text)) return [];
      return [...text.matchAll(/^export (?:const|async function|function) (\w+)/gm)].map(([, name]) => `${file} ${name}`);
    }),
  };
}

/** "app/(admin)/admin/users/[id]/page.tsx" is at "/admin/users/[id]". */
function pathOf(file: string): string {
  const parts = file.split("/").slice(1, -1).filter((part) => !/^\(.*\)$/.test(part));
  return `/${parts.join("/")}`;
}

/** The path with an id that nobody has in the place of each parameter. */
export function filledIn(path: string): string {
  return path.replaceAll(/\[\[?\.*\w+\]?\]/g, () => newId());
}

/** The methods that a route file exports by name, where it does not use `routes()`. */
export function exportedMethods(file: string): string[] | null {
  const text = readFileSync(file, "utf8");
  if (/= routes\(/.test(text)) return null;
  return [...text.matchAll(/\b(?:as|const|function) (GET|POST|PUT|PATCH|DELETE)\b/g)].map(([, method]) => method as string);
}

/** The actions that a build can be asked for: their ids, and a page that knows them. */
export function builtActions(build: string): Map<string, { id: string; path: string }> {
  const manifest = join(build, "server", "server-reference-manifest.json");
  if (!existsSync(manifest)) throw new Error(`no ${manifest}`);
  const { node } = JSON.parse(readFileSync(manifest, "utf8")) as { node: Record<string, { workers: Record<string, unknown>; filename: string; exportedName: string }> };
  return new Map(
    Object.entries(node).map(([id, { workers, filename, exportedName }]) => {
      const page = Object.keys(workers)[0] as string;
      return [`${filename} ${exportedName}`, { id, path: filledIn(pathOf(`${page}.tsx`)) }];
    }),
  );
}
