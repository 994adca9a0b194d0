import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Runs `npm ci` if what is installed is not what package-lock.json names, the parts for trials and developers included. */
export async function installDependencies(root) {
  if (isInstalled(root, () => true)) return;
  console.log("Installing what package-lock.json names, the parts for a trial and for tests included (about a minute the first time)");
  const started = Date.now();
  const npm = process.env.npm_execpath?.endsWith("npm-cli.js") ? [process.execPath, process.env.npm_execpath] : ["npm"];
  const code = await run([...npm, "ci", "--include=dev", "--include=optional", "--no-audit", "--no-fund", "--loglevel=error"], root);
  if (code !== 0) throw new Error("The dependencies could not be installed: look at what npm says above, then try again.");
  console.log(`Dependencies installed in ${Math.round((Date.now() - started) / 1000)} s`);
}

/** Installs nothing: throws if what building and running need is not installed as package-lock.json names it. */
export function requireDependencies(root) {
  if (isInstalled(root, (entry) => !entry.dev)) return;
  throw new Error("What is installed in node_modules is not what package-lock.json names: run `npm ci` (`npm ci --omit=dev` is enough to build and to run).");
}

/** npm writes the hidden lock file last, so a broken-off installation does not count. */
function isInstalled(root, isWanted) {
  const wanted = packages(join(root, "package-lock.json"));
  const found = packages(join(root, "node_modules", ".package-lock.json"));
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "" || entry.link || !isWanted(entry)) return true;
    return found[path] ? found[path].version === entry.version : Boolean(entry.optional || entry.devOptional || entry.peer);
  });
}

function packages(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return {};
  }
}

function run([command, ...args], cwd) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, stdio: ["ignore", "inherit", "inherit"] });
    child.once("error", () => resolve(1));
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
