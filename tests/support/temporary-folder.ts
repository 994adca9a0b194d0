import { mkdtempSync, rmSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { canEnter, postgresAccount } from "@/scripts/servers/postgres-account";

/** A new folder, in which PostgreSQL's account can have its data too. */
export async function makeTemporaryFolder(): Promise<{ folder: string; remove(): Promise<void> }> {
  const parent = canEnter(postgresAccount(), tmpdir()) ? tmpdir() : "/var/tmp";
  const folder = mkdtempSync(join(parent, "latchkey-test-"));
  await chmod(folder, 0o711);
  return { folder, remove: async () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) };
}
