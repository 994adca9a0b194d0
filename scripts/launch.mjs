import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { installDependencies } from "./install.mjs";

/** The folder of the checkout; every command runs from there. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const NEEDED = [20, 19];

/**
 * Runs `main(args)` of a TypeScript file on a bare Node: checks its version, installs what the lock file
 * names, and compiles on the way (no install script of any package is needed for that).
 * A failure is one sentence; its stack only with LOG_LEVEL=debug.
 */
export async function launch(script, args = process.argv.slice(2)) {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
    console.error(`Latchkey needs Node ${NEEDED.join(".")} or newer; this is ${process.versions.node}. Get it from nodejs.org.`);
    process.exit(1);
  }
  process.chdir(root);
  try {
    await installDependencies(root);
    const require = createRequire(import.meta.url);
    require("tsx/cjs/api").register();
    process.exitCode = (await require(join(root, script)).main(args)) ?? process.exitCode;
  } catch (error) {
    console.error(process.env.LOG_LEVEL === "debug" ? error : (error?.message ?? error));
    process.exit(1);
  }
}
