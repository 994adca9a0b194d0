import type { Browser, BrowserContextOptions, Page } from "playwright";
import { beforeAll, expect, test } from "vitest";
import { query } from "@/scripts/servers/query";
import { accessibilityTroubles } from "@/tests/support/accessibility";
import { signUp } from "@/tests/support/account-pages";
import { openBrowser } from "@/tests/support/browser";
import { newDatabase } from "@/tests/support/new-database";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestMail } from "@/tests/support/test-mail";
import { startTestRedis } from "@/tests/support/test-redis";

let app: TestApp;
let databaseUrl: string;
let browser: Browser;
let accounts = 0;

beforeAll(async () => {
  databaseUrl = await newDatabase();
  app = await startApp({ env: { DATABASE_URL: databaseUrl, REDIS_URL: (await startTestRedis()).url, TRUSTED_PROXY_HOPS: "1", ...(await startTestMail()).env, EMAIL_VERIFICATION: "off" } });
  browser = await openBrowser();
}, 240_000);

async function account(options: BrowserContextOptions = {}): Promise<{ page: Page; email: string }> {
  const context = await browser.newContext({ baseURL: app.url, timezoneId: "Asia/Kathmandu", extraHTTPHeaders: { "x-forwarded-for": `62.75.21.${++accounts}` }, ...options });
  const page = await context.newPage();
  const email = `reminded-${accounts}@example.org`;
  await signUp(page, email);
  return { page, email };
}

const toggle = (page: Page) => page.getByRole("switch", { name: "Remind me before I am signed out" });

async function stored(email: string): Promise<unknown> {
  const [row] = await query(databaseUrl, "select remind_of_ends from users where email_key = $1", [email]);
  return row?.remind_of_ends;
}

test.each([true, false])("reminders are switched off and on again under Security (JavaScript: %s)", async (javaScriptEnabled) => {
  const { page, email } = await account({ javaScriptEnabled });
  await page.goto("/security");
  for (const on of [false, true, false]) {
    await toggle(page).click();
    await expect.poll(() => toggle(page).getAttribute("aria-checked")).toBe(String(on));
    await expect.poll(() => stored(email)).toBe(on);
  }
  await page.goto("/security");
  expect(await toggle(page).getAttribute("aria-checked")).toBe("false");
});

test.each(["light", "dark"] as const)("the switch is for everybody, by keyboard and on a narrow phone, and the devices page says of an end for good when it is (%s)", async (colorScheme) => {
  const { page, email } = await account({ colorScheme });
  await page.goto("/security");
  await toggle(page).focus();
  await page.keyboard.press("Space");
  await page.getByText("Reminders are off.").waitFor();
  await query(
    databaseUrl,
    "update sessions set created_at = clock_timestamp() - interval '27 days', absolute_expires_at = date_trunc('day', clock_timestamp()) + interval '2 days 18 hours 20 minutes' where user_id = (select id from users where email_key = $1)",
    [email],
  );
  for (const path of ["/security", "/devices"]) {
    await page.goto(path);
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await accessibilityTroubles(page, { name: `${path} at ${width} px` })).toEqual([]);
    }
  }
  // 18:20 UTC is the next day in Kathmandu.
  const end = new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000 + (2 * 24 + 18) * 3_600_000 + 20 * 60_000);
  const day = new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Kathmandu", day: "numeric", month: "long" }).format(end);
  await page.getByText(`Ends for good on ${day}, whatever you do`).waitFor();
});
