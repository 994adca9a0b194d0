import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { requireDependencies } from "./install.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);
process.env.NODE_ENV ??= process.argv.includes("--dev") ? "development" : "production";

try {
  requireDependencies(root);
  const require = createRequire(import.meta.url);
  const unregister = require("tsx/cjs/api").register();
  const { main } = require(join(root, "scripts", "serve.ts"));
  // Next loads its own compiled files: nothing is to be compiled on the way any more.
  unregister();
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error?.code === "EADDRINUSE" ? `Port ${error.port} is taken: set PORT to another one.` : (error?.message ?? error));
  process.exit(1);
}
