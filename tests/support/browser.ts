import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright";
import { atEnd } from "./stop-everything";

/** Debian's Chromium, else the one that Playwright fetched. */
export async function openBrowser(): Promise<Browser> {
  const installed = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));
  const browser = await chromium.launch({
    ...(installed === undefined ? {} : { executablePath: installed }),
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
  });
  atEnd(() => browser.close());
  return browser;
}
