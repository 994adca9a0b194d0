import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AxeResults, RunOptions } from "axe-core";
import type { Page } from "playwright";

/** As it is called where something is wrong with it; rules that do not fit what is looked at. */
type Look = { name?: string; without?: readonly string[] };

/** What may differ in the dark; the rest is found in the light. */
const OF_COLOURS = ["color-contrast", "link-in-text-block"];
const AXE = readFileSync(join("node_modules", "axe-core", "axe.min.js"), "utf8");

/** What axe finds wrong with a page as it stands, once it does, one line each, and whether it scrolls sideways. Ours have no frames. */
export async function accessibilityTroubles(page: Page, { name = page.url(), without = [] }: Look = {}): Promise<string[]> {
  await settled(page);
  const isDark = await page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches);
  const troubles = await violations(page, isDark ? { runOnly: OF_COLOURS } : { rules: Object.fromEntries(without.map((rule) => [rule, { enabled: false }])) });
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  return [...troubles.map((trouble) => `${name}: ${trouble}`), ...(sideways > 0 ? [`${name} scrolls sideways by ${sideways} px`] : [])];
}

/** Only what is wrong is described, and axe comes into a page once: else describing what is right and reading axe take most of the time. */
async function violations(page: Page, options: RunOptions): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE);
  return page.evaluate(async (given) => {
    const { axe } = globalThis as unknown as { axe: { run(page: Document, options: RunOptions): Promise<AxeResults> } };
    const found = await axe.run(document, { ...given, resultTypes: ["violations"] });
    return found.violations.map(({ id, nodes }) => `${id} at ${nodes.map(({ target, html }) => `${target.join(" ")} ${html}`).join(", ")}`);
  }, options);
}

/** Ends in the light. `nights`: the widths at which it is looked at in the dark. */
type DayAndNight = { widths?: readonly number[]; nights?: readonly number[] };

/**
 * The same at several widths, in the light and in the dark, of the page as it stands: of ours only the styles know either, so that a
 * second page, or loading it again, would show nothing else.
 */
export async function troublesByDayAndNight(page: Page, name: string, { widths = [320, 768, 1280], nights = widths }: DayAndNight = {}): Promise<string[]> {
  const found: string[] = [];
  for (const [colorScheme, ofThese] of [["light", widths], ["dark", nights]] as const) {
    await page.emulateMedia({ colorScheme });
    for (const width of ofThese) {
      await page.setViewportSize({ width, height: 800 });
      found.push(...(await accessibilityTroubles(page, { name: `${name} at ${width} px in the ${colorScheme}` })));
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  await settled(page);
  return found;
}

/** Nothing fades or moves any more, but for what always does. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const passing = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    await Promise.all(passing.map(({ finished }) => finished.catch(() => {})));
  });
}
