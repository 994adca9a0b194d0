import { join } from "node:path";
import { launch, root } from "./launch.mjs";
import { takeLock } from "./lock.mjs";

const holder = takeLock(join(process.env.DATA_DIR || join(root, ".latchkey"), "up.lock"));
if (holder !== null) {
  console.error(`Latchkey is already running in this folder (process ${holder}): stop it first, or set DATA_DIR to another folder.`);
  process.exit(1);
}
await launch("scripts/up.ts");
// Whatever still holds on to this process: its guards end the servers.
process.exit();
