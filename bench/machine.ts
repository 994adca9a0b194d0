import { readFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { BETTER_AUTH } from "./peers/build-better-auth";

/** What a run ran on, by name. */
export function machine(): Record<string, string> {
  return { cores: `${availableParallelism()} (${cpus()[0]?.model.trim() ?? "unknown"})`, Node: process.versions.node };
}

/** The same, with the versions that are compared. */
export function machineAndPeers(): Record<string, string> {
  const { dependencies } = JSON.parse(readFileSync(join(BETTER_AUTH, "package.json"), "utf8")) as { dependencies: Record<string, string> };
  return { ...machine(), Next: dependencies.next as string, "better-auth": dependencies["better-auth"] as string };
}
