import { existsSync } from "node:fs";

/** Chromium without its own address bar and menus, which are pages too and loaded anew for each context: a third less work. */
const SHELL = "/usr/bin/chromium-headless-shell";
const INSTALLED = [SHELL, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

/** Whether that one is here, as a package of the system. */
export function hasShell(): boolean {
  return existsSync(SHELL);
}

/** The Chromium of this machine, else the one that Playwright fetched; null when there is neither. */
export async function findBrowser(): Promise<string | null> {
  const installed = INSTALLED.find((path) => existsSync(path));
  if (installed) return installed;
  const { chromium } = await import("playwright");
  return existsSync(chromium.executablePath()) ? chromium.executablePath() : null;
}
