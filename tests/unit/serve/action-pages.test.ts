import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readActionPages } from "@/scripts/serve/action-pages";

const build = mkdtempSync(join(tmpdir(), "latchkey-actions-"));
afterAll(() => rmSync(build, { recursive: true }));

test("a path is of one page, the exact one before one with a part that varies, and only that one's actions are called there", () => {
  const entries = ["/(auth)/sign-in/page", "/(admin)/admin/users/page", "/(admin)/admin/users/[id]/page", "/(admin)/admin/users/roles/page", "/api/users/[id]/route"];
  const node = { enter: { workers: { "app/(auth)/sign-in/page": {} } }, end: { workers: { "app/(admin)/admin/users/[id]/page": {} } }, put: { workers: { "app/(admin)/admin/users/roles/page": {} } } };
  mkdirSync(join(build, "server"));
  writeFileSync(join(build, "server", "app-paths-manifest.json"), JSON.stringify(Object.fromEntries(entries.map((entry) => [entry, "x"]))));
  writeFileSync(join(build, "server", "server-reference-manifest.json"), JSON.stringify({ node }));
  const has = readActionPages(build);
  const found = (["enter", "end", "put", "none", "toString", "constructor"] as const).map((id) => ["/sign-in", "/admin/users/1", "/admin/users/roles", "/admin/users", "/api/users/1", "/nowhere"].filter((path) => has(id, path)));
  expect(found).toEqual([["/sign-in"], ["/admin/users/1"], ["/admin/users/roles"], [], [], []]);
});
