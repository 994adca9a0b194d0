import { spawn, type StdioOptions } from "node:child_process";
import { join } from "node:path";
import { buildReference } from "./build-reference";

const BUILD = ".next";

/** Builds the app and what belongs to it into `.next`; what the build says goes to `stdio`. Whether it was built. */
export async function buildNext(stdio: StdioOptions, signal?: AbortSignal): Promise<boolean> {
  const child = spawn(process.execPath, [join("node_modules", "next", "dist", "bin", "next"), "build"], {
    stdio,
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", BUILD_FOLDER: undefined },
    signal,
  });
  const code = await new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("exit", resolve);
  });
  if (code !== 0) return false;
  await buildReference(BUILD);
  return true;
}
