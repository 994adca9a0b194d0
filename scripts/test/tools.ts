import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { findProgram } from "../servers/redis";
import { Trouble } from "../trouble";
import { step } from "../up/say";
import { findBrowser } from "./find-browser";
import { bringSwift, canBringSwift, findSwift } from "./swift";

/** Brings what the tests need beside npm's packages: a real Redis, for the browser tests Chromium, for storage an S3 server. */
export async function bringTools(): Promise<void> {
  const missing = [...(findProgram() ? [] : ["redis-server"]), ...((await findBrowser()) ? [] : ["chromium"]), ...(existsSync("/usr/bin/python3") ? [] : ["python3"])];
  if (missing.length > 0 && isDebianRoot()) await step(`Installing ${missing.join(" and ")}`, async () => installPackages(missing));
  if (!findProgram()) throw new Trouble("The tests need redis-server or valkey-server 6.2 or newer in the PATH: install the package redis (brew, dnf, pacman) or redis-server (apt).");
  if (!(await findBrowser())) await step("Playwright's Chromium", async () => run("npx", ["playwright", "install", "chromium"]));
  if (!(await findBrowser())) throw new Trouble("The browser tests need Chromium: install the package chromium.");
  if (!process.env.S3_ENDPOINT && !findSwift() && canBringSwift()) await step("OpenStack Swift, an S3 server", async () => bringSwift());
}

function isDebianRoot(): boolean {
  return process.getuid?.() === 0 && existsSync("/etc/debian_version") && spawnSync("apt-get", ["--version"]).status === 0;
}

/** Debian starts a service it installs; RUNLEVEL=1 asks it not to, and what listens anyway is stopped. */
function installPackages(packages: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  run("apt-get", ["update", "-qq"], env);
  run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], env);
  if (packages.includes("redis-server")) spawnSync("service", ["redis-server", "stop"]);
}

function run(command: string, args: string[], env = process.env): void {
  const done = spawnSync(command, args, { env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  if (done.status !== 0) console.error(`${command} ${args.join(" ")}\n${done.stdout ?? ""}${done.stderr ?? done.error?.message ?? ""}`.trim());
}
