import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** Writes a migration for what changed in db/schema since the last one; arguments go to drizzle-kit (`--name words`). */
export function main(args: readonly string[]): number {
  const kit = join("node_modules", "drizzle-kit", "bin.cjs");
  return spawnSync(process.execPath, [kit, "generate", ...args], { stdio: "inherit" }).status ?? 1;
}
