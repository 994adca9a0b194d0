import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright";

/** As it is called where something is wrong with it; rules that do not fit what is looked at. */
type Look = { name?: string; without?: readonly string[] };

/** What may differ in the dark; the rest is found in the light. */
const OF_COLOURS = ["color-contrast", "link-in-text-block"];

/**
 * What axe finds wrong with a page as it stands, one line each, and whether it scrolls sideways. Everything in the page
 * itself: ours have no frames, for which axe would open a second page each time.
 */
export async function accessibilityTroubles(page: Page, { name = page.url(), without = [] }: Look = {}): Promise<string[]> {
  const axe = new AxeBuilder({ page }).setLegacyMode(true);
  const isDark = await page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches);
  const { violations } = await (isDark ? axe.withRules(OF_COLOURS) : axe.disableRules([...without])).analyze();
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  return [
    ...violations.map(({ id, nodes }) => `${name}: ${id} at ${nodes.map((node) => `${node.target.join(" ")} ${node.html}`).join(", ")}`),
    ...(sideways > 0 ? [`${name} scrolls sideways by ${sideways} px`] : []),
  ];
}
