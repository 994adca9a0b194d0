import { type Browser, chromium } from "playwright";
import { onTestFinished, TestRunner } from "vitest";
import { findBrowser } from "@/scripts/test/find-browser";
import { atEnd } from "./stop-everything";

/** Pages that Chromium loads for its own address bar, anew for each context: more work than a page of ours, seen by nobody. */
const OF_THE_ADDRESS_BAR = ["WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"];
/** What Playwright turns off: Chromium heeds only the last such list. */
const OF_PLAYWRIGHT = [
  "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding",
  "ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch",
];

/** A real Chromium, closed at the end of the test file. What a test opens in it is closed with the test: pages that nobody looks at work on. */
export async function openBrowser(args: readonly string[] = []): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: (await findBrowser()) ?? undefined,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", `--disable-features=${[...OF_PLAYWRIGHT, ...OF_THE_ADDRESS_BAR].join(",")}`, ...args],
  });
  atEnd(() => browser.close());
  const newContext = browser.newContext.bind(browser);
  browser.newContext = async (options) => {
    const context = await newContext(options);
    const test = TestRunner.getCurrentTest();
    // Of several that run at a time it names any.
    if (test && !test.concurrent) onTestFinished(() => context.close());
    return context;
  };
  return browser;
}
