import { symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";

/** What is native, or finds files or threads of its own beside it. */
const AS_THEY_ARE = ["@node-rs/argon2", "sharp", "piscina", "pino"];

/**
 * Writes the program of instances (instance-main.ts) as one file into the folder; its path. A process reads that in a third of the
 * time that its thousands of modules take, and an attack starts one for each step at which it kills.
 */
export async function writeInstanceProgram(folder: string): Promise<string> {
  const outfile = join(folder, "instance.cjs");
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  await build({ entryPoints: [join("tests", "support", "instance-main.ts")], outfile, bundle: true, external: AS_THEY_ARE, platform: "node", target: "node20", format: "cjs", logLevel: "error" });
  return outfile;
}
