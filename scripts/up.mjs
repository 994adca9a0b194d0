import { join } from "node:path";
import { launch, root } from "./launch.mjs";
import { takeLock } from "./lock.mjs";

const folder = process.env.DATA_DIR || join(root, ".latchkey");

/** Before anything else, since two in one folder would already fight over the installation. */
function lockFolder() {
  try {
    const holder = takeLock(join(folder, "up.lock"));
    if (holder === null) return;
    console.error(`Latchkey is already running in this folder (process ${holder}): stop it first, or set DATA_DIR to another folder.`);
  } catch (error) {
    console.error(`The data folder ${folder} cannot be written (${error.code ?? error.message}): make it writable, or set DATA_DIR to another one.`);
  }
  process.exit(1);
}

lockFolder();
await launch("scripts/up.ts", { installs: true });
// Whatever still holds on to this process: its guards end the servers.
process.exit();
