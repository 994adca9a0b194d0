import { type Browser, chromium } from "playwright";
import { findBrowser } from "@/scripts/test/find-browser";
import { atEnd } from "./stop-everything";

/** A real Chromium, closed at the end of the test file. */
export async function openBrowser(args: readonly string[] = []): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: (await findBrowser()) ?? undefined,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", ...args],
  });
  atEnd(() => browser.close());
  return browser;
}
