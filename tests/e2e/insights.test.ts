import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright";
import { beforeAll, expect, test } from "vitest";
import { insightsSchema } from "@/lib/insights/schema";
import { fillDemo } from "@/scripts/demo";
import { accessibilityTroubles } from "@/tests/support/accessibility";
import { enter } from "@/tests/support/account-pages";
import { openBrowser } from "@/tests/support/browser";
import { newDatabase } from "@/tests/support/new-database";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { atEnd } from "@/tests/support/stop-everything";
import { makeTemporaryFolder } from "@/tests/support/temporary-folder";
import { startTestRedis } from "@/tests/support/test-redis";
import { testSettings } from "@/tests/support/test-settings";

const ADMIN = "admin@latchkey.example";
const PAGE = "/admin/insights?days=90";

let app: TestApp;
let browser: Browser;
let signedIn: Awaited<ReturnType<BrowserContext["storageState"]>>;

beforeAll(async () => {
  const { folder, remove } = await makeTemporaryFolder();
  atEnd(remove);
  const env = { DATABASE_URL: await newDatabase(), REDIS_URL: (await startTestRedis()).url };
  const said = await fillDemo({ ...testSettings, NODE_ENV: "test", DATA_DIR: folder, ...env });
  const password = /password (\S+)/.exec(said.join("\n"))?.[1] as string;
  app = await startApp({ env: { ...env, DATA_DIR: folder, MAX_CONCURRENT_SESSIONS: "50" } });
  browser = await openBrowser();
  const context = await browser.newContext({ baseURL: app.url });
  await enter(await context.newPage(), ADMIN, password);
  await context.pages()[0]?.waitForURL("**/devices");
  signedIn = await context.storageState();
  await context.close();
}, 240_000);

async function open(path: string, options: BrowserContextOptions = {}): Promise<{ page: Page; complaints: string[] }> {
  const page = await (await browser.newContext({ baseURL: app.url, storageState: signedIn, ...options })).newPage();
  const complaints: string[] = [];
  page.on("console", (message) => void (["error", "warning"].includes(message.type()) && complaints.push(message.text())));
  page.on("pageerror", (error) => void complaints.push(error.message));
  await page.goto(path);
  return { page, complaints };
}

test("the report has no accessibility violation, no complaint in the console and no sideways scroll, with every table open", async () => {
  const found: string[] = [];
  for (const [width, colorScheme] of [[320, "light"], [1280, "light"], [1280, "dark"]] as const) {
    const { page, complaints } = await open("/admin/insights?days=7", { viewport: { width, height: 900 }, colorScheme });
    await page.locator("details").evaluateAll((all) => all.forEach((one) => one.setAttribute("open", "")));
    found.push(...(await accessibilityTroubles(page, { name: `${width} px, ${colorScheme}` })), ...complaints);
    await page.context().close();
  }
  expect(found).toEqual([]);
});

test("without JavaScript it reads whole: findings, pictures, tables; every number leads to its list and downloads", async () => {
  const { page } = await open(PAGE, { javaScriptEnabled: false });
  expect(await page.getByText("Failures from Iceland are unusual").count()).toBe(1);
  await page.getByRole("navigation", { name: "Days" }).getByRole("link", { name: "30 days" }).click();
  // To its end: it is long.
  await page.waitForURL("**/admin/insights?days=30");
  const sections = page.locator("section[aria-labelledby]");
  const names = (await sections.getByRole("heading").allInnerTexts()).map((name) => name.trim());
  expect(names).toEqual(["Sign-ins", "Where from", "When", "People", "What failed", "Looked like somebody else", "Accounts with the most failures", "Sessions", "New devices", "How sessions ended", "Second steps and passkeys", "How long they were", "Browsers", "Systems", "Kinds of devices", "Apps", "Pictures", "Mails"]);
  expect(await sections.locator("table").count()).toBe(names.length);
  expect(await sections.locator("a[download]").count()).toBe(names.length);
  const links = await sections.locator("a:not([download])").evaluateAll((all) => [...new Set(all.map((link) => link.getAttribute("href") as string))].map((href) => href.replace(/[\w-]{36}/, "…").replace(/(from|to)=[\d-]+/g, "$1=…").replace(/country=../, "country=…")));
  for (const href of new Set(links)) expect(href).toMatch(/^\/admin\/(audit|devices|users)\b/);
  await page.getByRole("link", { name: "Failures", exact: true }).first().click();
  expect(await page.getByRole("list", { name: "Filters in force" }).innerText()).toContain("Failed sign-in");
});

test("with a script, what is under the pointer is said", async () => {
  const { page } = await open(PAGE);
  await page.locator("[data-tips*='signed in,']").hover();
  await page.locator("div[aria-hidden=true]", { hasText: /\d+ signed in, \d+ failed/ }).waitFor();
});

test("the call tells the same as JSON, and a figure as CSV", async () => {
  const { page } = await open("/devices");
  const { request } = page.context();
  const answer = await request.get("/api/admin/insights?days=365");
  const insights = insightsSchema.parse(await answer.json());
  expect(insights.totals.signIns.count).toBeGreaterThan(1_000);
  const file = await request.get("/api/admin/insights?days=7&format=csv&figure=signIns");
  expect(file.headers()).toMatchObject({ "content-type": "text/csv; charset=utf-8", "content-disposition": expect.stringMatching(/^attachment; filename="signIns-\d{4}-\d\d-\d\d-7-days\.csv"$/) as string, "cache-control": "private, no-store" });
  expect((await file.text()).split("\r\n")).toHaveLength(9);
  for (const query of ["days=8", "format=csv", "format=csv&figure=x", "x=1", "days=7&days=30"]) expect((await request.get(`/api/admin/insights?${query}`)).status(), query).toBe(400);
});

test("an owner sees when they usually sign in, and an administrator the same of them", async () => {
  const { page } = await open("/activity", { viewport: { width: 320, height: 800 }, timezoneId: "Europe/Berlin" });
  expect(await page.getByRole("region", { name: "The last 90 days" }).innerText()).toMatch(/in the last 90 days/);
  await page.goto("/admin/users?q=mila");
  await page.getByRole("link", { name: /Mila Berger/ }).first().click();
  await page.getByRole("heading", { name: "The last 90 days" }).waitFor();
  expect(await page.locator("main").innerText()).toMatch(/They usually sign in from Berlin, Germany, weekdays \d+–\d+/);
  expect(await accessibilityTroubles(page)).toEqual([]);
});
