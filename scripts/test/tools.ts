import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { findProgram } from "../servers/redis";
import { Trouble } from "../trouble";
import { step } from "../up/say";
import { findBrowser, hasShell } from "./find-browser";
import { bringSwift, canBringSwift, findSwift } from "./swift";

/** Brings what the tests need beside npm's packages: a real Redis, Chromium, nginx with a certificate, an S3 server. */
export async function bringTools(): Promise<void> {
  const needed = { "redis-server": findProgram(), nginx: findNginx(), openssl: runs("openssl", "version"), python3: existsSync("/usr/bin/python3") };
  const missing = Object.entries(needed).flatMap(([name, found]) => (found ? [] : [name]));
  if (missing.length > 0 && isDebianRoot()) await step(`Installing ${missing.join(" and ")}`, async () => installPackages(missing));
  if (!findProgram()) throw new Trouble("The tests need redis-server or valkey-server 6.2 or newer in the PATH: install the package redis (brew, dnf, pacman) or redis-server (apt).");
  if (isDebianRoot() && !hasShell()) await step("Installing chromium-headless-shell", async () => installPackages(["chromium-headless-shell"]));
  if (isDebianRoot() && !(await findBrowser())) await step("Installing chromium", async () => installPackages(["chromium"]));
  if (!(await findBrowser())) await step("Playwright's Chromium", async () => run("npx", ["playwright", "install", "chromium"]));
  if (!(await findBrowser())) throw new Trouble("The browser tests need Chromium: install the package chromium.");
  if (!findNginx() || !runs("openssl", "version")) throw new Trouble("The tests behind a proxy need nginx 1.19.5 or newer and openssl: install the packages nginx and openssl.");
  if (!process.env.S3_ENDPOINT && !findSwift() && canBringSwift()) await step("OpenStack Swift, an S3 server", async () => bringSwift());
}

/** nginx of the PATH, or of where Debian puts it, which is no ordinary user's PATH. */
export function findNginx(): string | null {
  return ["nginx", "/usr/sbin/nginx"].find((command) => runs(command, "-v")) ?? null;
}

function runs(command: string, argument: string): boolean {
  return spawnSync(command, [argument]).status === 0;
}

function isDebianRoot(): boolean {
  return process.getuid?.() === 0 && existsSync("/etc/debian_version") && spawnSync("apt-get", ["--version"]).status === 0;
}

/** What starts with its package. */
const SERVICES = ["redis-server", "nginx"];

/** Debian starts a service it installs; RUNLEVEL=1 asks it not to, and what listens anyway is stopped. */
function installPackages(packages: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  run("apt-get", ["update", "-qq"], env);
  run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], env);
  for (const name of SERVICES) if (packages.includes(name)) spawnSync("service", [name, "stop"]);
}

function run(command: string, args: string[], env = process.env): void {
  const done = spawnSync(command, args, { env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  if (done.status !== 0) console.error(`${command} ${args.join(" ")}\n${done.stdout ?? ""}${done.stderr ?? done.error?.message ?? ""}`.trim());
}
