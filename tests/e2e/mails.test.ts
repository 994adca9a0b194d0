import { expect, test } from "vitest";
import { renderMail } from "@/lib/mail/render-mail";
import { mailSamples } from "@/lib/mail/samples";
import { accessibilityTroubles } from "@/tests/support/accessibility";
import { openBrowser } from "@/tests/support/browser";

const settings = { APP_NAME: "Latchkey", APP_URL: "https://accounts.example.org", GEOIP_DATABASE: undefined };

test.each(["light", "dark"] as const)("every mail fits a narrow phone, can be read by everybody in the %s, and asks nothing of anybody", async (colorScheme) => {
  const browser = await openBrowser();
  const context = await browser.newContext({ viewport: { width: 320, height: 640 }, colorScheme });
  const page = await context.newPage();
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  for (const { name, mail } of mailSamples) {
    await page.setContent((await renderMail(settings, mail)).html);
    expect.soft(await page.evaluate(() => document.documentElement.scrollWidth), name).toBe(320);
    // A mail is no page of a site: it has no landmarks.
    expect.soft(await accessibilityTroubles(page, { name, without: ["region", "landmark-one-main"] })).toEqual([]);
  }
  expect(requests).toEqual([]);
});
