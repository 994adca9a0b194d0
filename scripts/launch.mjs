import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { installDependencies, requireDependencies } from "./install.mjs";

/** The folder of the checkout; every command runs from there. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const NEEDED = [20, 19];

/**
 * Runs `main(args)` of a TypeScript file on a bare Node: checks its version and what is installed, and compiles on the
 * way (no install script of any package is needed for that). `installs`: brings what the lock file names; the others,
 * which operators run, say what is missing. A failure is one sentence; its stack only with LOG_LEVEL=debug.
 */
export async function launch(script, { args = process.argv.slice(2), installs = false } = {}) {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
    console.error(`Latchkey needs Node ${NEEDED.join(".")} or newer; this is ${process.versions.node}. Get it from nodejs.org.`);
    process.exit(1);
  }
  process.chdir(root);
  try {
    await (installs ? installDependencies(root) : requireDependencies(root));
    const require = createRequire(import.meta.url);
    require("tsx/cjs/api").register();
    process.exitCode = (await require(join(root, script)).main(args)) ?? process.exitCode;
  } catch (error) {
    console.error(process.env.LOG_LEVEL === "debug" ? error : reasons(error).join("\n"));
    process.exit(1);
  }
}

/** What went wrong and why, from the outside in: a statement that failed says nothing of the reason. */
function reasons(error) {
  const reason = error?.message || error?.code || String(error);
  return error?.cause ? [reason, ...reasons(error.cause)] : [reason];
}
