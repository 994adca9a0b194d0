import { readFileSync } from "node:fs";
import { join } from "node:path";
import { normalizeAppPath } from "next/dist/shared/lib/router/utils/app-paths";
import { getRouteRegex } from "next/dist/shared/lib/router/utils/route-regex";
import { getSortedRoutes } from "next/dist/shared/lib/router/utils/sorted-routes";

/** Whether the page at this path has the server action of this id. */
export type ActionPages = (id: string, path: string) => boolean;

type References = { node: Record<string, { workers: Record<string, unknown> }> };

/** The server actions of a build and the pages that have them, as Next notes them. */
export function readActionPages(buildFolder: string): ActionPages {
  const read = (name: string) => JSON.parse(readFileSync(join(buildFolder, "server", name), "utf8")) as unknown;
  const { node } = read("server-reference-manifest.json") as References;
  const pages = new Map(
    Object.keys(read("app-paths-manifest.json") as object)
      .filter((entry) => entry.endsWith("/page"))
      .map((entry) => [normalizeAppPath(entry), `app${entry}`]),
  );
  // In the order in which Next tries them: `/admin/users/roles` is not a user's page.
  const dynamic = getSortedRoutes([...pages.keys()].filter((path) => path.includes("["))).map((path) => ({ path, at: getRouteRegex(path).re }));
  function pageAt(path: string): string | undefined {
    return pages.get(path) ?? pages.get(dynamic.find(({ at }) => at.test(path))?.path ?? "");
  }
  return (id, path) => Object.hasOwn(node[id]?.workers ?? {}, pageAt(path) ?? "");
}
