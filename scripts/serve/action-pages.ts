import { readFileSync } from "node:fs";
import { join } from "node:path";
import { normalizeAppPath } from "next/dist/shared/lib/router/utils/app-paths";
import { getRouteRegex } from "next/dist/shared/lib/router/utils/route-regex";

/** Whether the page at this path has the server action of this id. */
export type ActionPages = (id: string, path: string) => boolean;

/** The server actions of a build and the pages that have them, as Next notes them. */
export function readActionPages(buildFolder: string): ActionPages {
  const file = join(buildFolder, "server", "server-reference-manifest.json");
  const { node } = JSON.parse(readFileSync(file, "utf8")) as { node: Record<string, { workers: Record<string, unknown> }> };
  const pages = new Map(Object.entries(node).map(([id, { workers }]) => [id, Object.keys(workers).map(pathsOf)]));
  return (id, path) => pages.get(id)?.some((page) => page.test(path)) ?? false;
}

/** `app/(admin)/admin/users/[id]/page` is `/admin/users/…`. */
function pathsOf(entry: string): RegExp {
  return getRouteRegex(normalizeAppPath(entry.replace(/^app/, ""))).re;
}
