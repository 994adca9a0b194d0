import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright";
import { beforeAll, describe, expect, test } from "vitest";
import { fillDemo } from "@/scripts/demo";
import { query } from "@/scripts/servers/query";
import { enter } from "@/tests/support/account-pages";
import { openBrowser } from "@/tests/support/browser";
import { newDatabase } from "@/tests/support/new-database";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { atEnd } from "@/tests/support/stop-everything";
import { makeTemporaryFolder } from "@/tests/support/temporary-folder";
import { startTestRedis } from "@/tests/support/test-redis";
import { testSettings } from "@/tests/support/test-settings";

const DEMO = "demo@latchkey.example";
const ZONE = "Europe/Berlin";
/** Where the account was always used from. */
const HOME = { "x-forwarded-for": "203.0.113.7" };

let app: TestApp;
let browser: Browser;
let database: string;
let signedIn: Awaited<ReturnType<BrowserContext["storageState"]>>;

beforeAll(async () => {
  const { folder, remove } = await makeTemporaryFolder();
  atEnd(remove);
  const env = { DATABASE_URL: await newDatabase(), REDIS_URL: (await startTestRedis()).url };
  database = env.DATABASE_URL;
  const said = await fillDemo({ ...testSettings, NODE_ENV: "test", DATA_DIR: folder, ...env });
  const password = /password (\S+)/.exec(said.join("\n"))?.[1] as string;
  app = await startApp({ env: { ...env, TRUSTED_PROXY_HOPS: "1", MAX_CONCURRENT_SESSIONS: "50" } });
  browser = await openBrowser();
  const context = await browser.newContext({ baseURL: app.url, timezoneId: ZONE, extraHTTPHeaders: HOME });
  const page = await context.newPage();
  await enter(page, DEMO, password);
  await page.waitForURL("**/devices");
  signedIn = await context.storageState();
  await context.close();
}, 240_000);

/** The list, in a browser of the one session that this file began. */
async function open(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ baseURL: app.url, timezoneId: ZONE, extraHTTPHeaders: HOME, storageState: signedIn, ...options });
  const page = await context.newPage();
  await page.goto("/activity");
  return page;
}

async function count(condition: string): Promise<number> {
  const [row] = await query<{ count: number }>(database, `select count(*)::int as count from sessions s join users u on u.id = s.user_id where u.email = '${DEMO}' and ${condition}`);
  return row?.count ?? -1;
}

/** The lines of every page of the list, as they are read. */
async function linesOfAllPages(page: Page): Promise<string[]> {
  const lines: string[] = [];
  for (;;) {
    lines.push(...(await page.locator("main ol > li").allInnerTexts()).map((text) => text.replaceAll(/\s+/g, " ")));
    const older = page.getByRole("link", { name: "Older" });
    if ((await older.count()) === 0) return lines;
    const address = page.url();
    await older.click();
    await page.waitForURL((url) => url.href !== address);
    await page.locator("h1").waitFor();
  }
}

describe.each([true, false])("with JavaScript: %s", (javaScriptEnabled) => {
  test("a session's beginning and end are one line, and what is unusual stays apart", async () => {
    const page = await open({ javaScriptEnabled });
    const lines = await linesOfAllPages(page);
    const sessions = lines.filter((line) => line.startsWith("Signed in on "));
    expect(sessions).toHaveLength(await count("true"));
    expect(sessions.filter((line) => / since \d\d:\d\d/.test(line))).toHaveLength(await count("s.ended_at is null"));
    const office = sessions.filter((line) => line.startsWith("Signed in on Office"));
    expect(office.length).toBeGreaterThan(20);
    for (const line of office) expect(line).toMatch(/^Signed in on Office \d\d:\d\d–\d\d:\d\d Berlin, Germany/);
    expect(sessions.find((line) => line.includes("Kitchen iPad") && line.includes("–"))).toMatch(/ \d\d:\d\d–\d{1,2} [A-Z][a-z]{2}, \d\d:\d\d /);
    expect(lines.filter((line) => /^(Signed out|A session ended after no use)/.test(line))).toEqual([]);
    expect(lines.filter((line) => line.startsWith("You ended a session"))).toHaveLength(1);
    expect(lines.filter((line) => line.includes("wrong password") && line.includes("Failed")).length).toBeGreaterThanOrEqual(4);
    expect(sessions.find((line) => line.includes("Toronto"))).toMatch(/New address 203\.0\.113\.66$/);
  });

  test("times are times, and the filter by kind still shows every end", async () => {
    const page = await open({ javaScriptEnabled });
    const first = page.locator("main ol > li", { hasText: "Office" }).first();
    const times = await first.locator("time").evaluateAll((all) => all.map((time) => time.getAttribute("datetime") ?? ""));
    expect(times).toHaveLength(2);
    expect(times.every((time) => !Number.isNaN(Date.parse(time)))).toBe(true);
    expect(Date.parse(times[0] as string)).toBeLessThan(Date.parse(times[1] as string));
    await page.getByRole("link", { name: "Ended sessions" }).click();
    await page.waitForURL("**/activity?type=session.ended");
    await page.locator("main ol > li", { hasText: "A session ended after no use" }).first().waitFor();
    expect(await linesOfAllPages(page)).toHaveLength(await count("s.ended_at is not null"));
  });
});

test.each([{ width: 1280, height: 800 }, { width: 390, height: 844 }])("a month fits on two screens of $width × $height", async (viewport) => {
  const page = await open({ viewport });
  const month = Date.now() - 30 * 86_400_000;
  const height = await page.locator("main ol > li").evaluateAll(
    (lines, since) => {
      const lately = lines.filter((line) => Date.parse(line.querySelector("time")?.dateTime ?? "") > since);
      return (lately.at(-1)?.getBoundingClientRect().bottom ?? 0) - (lately[0]?.getBoundingClientRect().top ?? 0);
    },
    month,
  );
  expect(await page.locator("main ol > li").evaluateAll((lines, since) => lines.some((line) => Date.parse(line.querySelector("time")?.dateTime ?? "") < since), month), "the page reaches further back").toBe(true);
  expect(height).toBeGreaterThan(0);
  expect(height).toBeLessThanOrEqual(2 * viewport.height);
});
