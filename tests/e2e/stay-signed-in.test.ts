import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, BrowserContext, Page } from "playwright";
import { beforeAll, expect, test } from "vitest";
import { query } from "@/scripts/servers/query";
import { accessibilityTroubles } from "@/tests/support/accessibility";
import { signUp } from "@/tests/support/account-pages";
import { openBrowser } from "@/tests/support/browser";
import { newDatabase } from "@/tests/support/new-database";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestRedis, type TestRedis } from "@/tests/support/test-redis";

/** Said ten seconds before the end. */
const TTL_SECONDS = 20;
const ZONE = "Asia/Kathmandu";

let app: TestApp;
/** The same accounts, with sessions that end for good after as long. */
let final: TestApp;
let redis: TestRedis;
let databaseUrl: string;
let browser: Browser;
let accounts = 0;

beforeAll(async () => {
  [redis, databaseUrl] = [await startTestRedis(), await newDatabase()];
  const env = { DATABASE_URL: databaseUrl, REDIS_URL: redis.url, TRUSTED_PROXY_HOPS: "1" };
  app = await startApp({ env: { ...env, SESSION_TTL_SECONDS: `${TTL_SECONDS}` } });
  final = await startApp({ env: { ...env, SESSION_ABSOLUTE_SECONDS: `${TTL_SECONDS}` } });
  browser = await openBrowser();
}, 240_000);

/** A browser with an account that is no longer new: pages of new ones look again for a picture. */
async function account({ of = browser, url = app.url, colorScheme = "light" }: { of?: Browser; url?: string; colorScheme?: "light" | "dark" } = {}): Promise<{ context: BrowserContext; page: Page }> {
  const number = ++accounts;
  const context = await of.newContext({ baseURL: url, colorScheme, timezoneId: ZONE, extraHTTPHeaders: { "x-forwarded-for": `62.75.20.${number}` } });
  const page = await context.newPage();
  const email = `idle-${number}@example.org`;
  await signUp(page, email);
  await query(databaseUrl, "update users set created_at = created_at - interval '1 day' where email_key = $1", [email]);
  await redis.command("DEL", `user:{${await userId(email)}}`);
  await page.goto("/profile");
  await page.getByText("Live", { exact: true }).waitFor();
  return { context, page };
}

async function userId(email: string): Promise<string> {
  const [row] = await query<{ id: string }>(databaseUrl, "select id from users where email_key = $1", [email]);
  return row?.id ?? "";
}

const notice = (page: Page) => page.getByText("You’ll be signed out at");
const button = (page: Page) => page.getByRole("button", { name: "Stay signed in" });

/** What the server says, by a request that is no use. */
async function endOf(page: Page): Promise<number> {
  return Date.parse(await page.evaluate(async () => (await fetch("/api/auth/events", { method: "HEAD" })).headers.get("x-session-ends") ?? ""));
}

// They wait for ends, and so they do together.
test.concurrent.each(["light", "dark"] as const)("the notice comes before the idle end, says when in the visitor's time, and its button keeps the session past it (%s)", async (colorScheme) => {
  const { page } = await account({ colorScheme });
  const end = await endOf(page);
  const name = page.getByLabel("Name");
  await name.fill("Half a na");
  await button(page).waitFor({ timeout: TTL_SECONDS * 1000 });
  const left = end - Date.now();
  expect(left).toBeGreaterThan(3_000);
  expect(left).toBeLessThan((TTL_SECONDS / 2) * 1000 + 500);
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(end);
  expect(await notice(page).innerText()).toBe(`You’ll be signed out at ${clock}.`);
  // It takes nothing from who is typing, and the keyboard finds it.
  expect(await name.evaluate((field) => field === document.activeElement)).toBe(true);
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    expect(await accessibilityTroubles(page)).toEqual([]);
  }
  await button(page).focus();
  await page.keyboard.press("Enter");
  await page.getByText("You stay signed in.").waitFor();
  await notice(page).waitFor({ state: "detached" });
  expect(await name.evaluate((field: HTMLInputElement) => [field === document.activeElement, field.value])).toEqual([true, "Half a na"]);
  await sleep(end + 1_500 - Date.now());
  expect(new URL(page.url()).pathname).toBe("/profile");
  expect(await endOf(page)).toBeGreaterThan(end);
}, 60_000);

test.concurrent("unanswered, the page falls out when the time has passed", async () => {
  const { page } = await account();
  const end = await endOf(page);
  await button(page).waitFor({ timeout: TTL_SECONDS * 1000 });
  await page.waitForURL("**/sign-in?ended=1**", { timeout: TTL_SECONDS * 1000 });
  expect(Date.now()).toBeGreaterThanOrEqual(end);
}, 60_000);

test.concurrent("another tab that was used meanwhile makes it go away, and keeps it from coming", async () => {
  const { context, page } = await account();
  const second = await context.newPage();
  await second.goto("/devices");
  const end = await endOf(second);
  await Promise.all([button(page).waitFor({ timeout: TTL_SECONDS * 1000 }), button(second).waitFor({ timeout: TTL_SECONDS * 1000 })]);
  await second.getByRole("link", { name: "Activity" }).click();
  await second.waitForURL("**/activity");
  await notice(page).waitFor({ state: "detached", timeout: 7_000 });
  await notice(second).waitFor({ state: "detached", timeout: 7_000 });
  // Used again when the first tab thinks that it is time: it asks, and says nothing.
  await sleep(Math.max(0, end - Date.now()));
  await second.goto("/devices");
  const asked = page.waitForRequest((request) => request.method() === "HEAD", { timeout: TTL_SECONDS * 1000 });
  await sleep((TTL_SECONDS / 2 - 4) * 1000);
  await second.goto("/devices");
  await asked;
  await sleep(500);
  expect(await notice(page).count()).toBe(0);
}, 90_000);

test.concurrent("a tab that slept says it when it wakes; one that slept past the end falls out", async () => {
  const own = await openBrowser();
  const { page } = await account({ of: own });
  const end = await endOf(page);
  const devtools = await own.newBrowserCDPSession();
  const { processInfo } = await devtools.send("SystemInfo.getProcessInfo");
  const pids = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
  /** As when a laptop is closed: nothing of the page runs. */
  const send = (signal: NodeJS.Signals) => pids.forEach((pid) => process.kill(pid, signal));
  let asked = 0;
  page.on("request", (request) => (asked += Number(request.method() === "HEAD")));
  send("SIGSTOP");
  await sleep(end - 5_000 - Date.now());
  expect(asked).toBe(0);
  send("SIGCONT");
  await button(page).waitFor({ timeout: 3_000 });
  send("SIGSTOP");
  await sleep(end + 2_000 - Date.now());
  send("SIGCONT");
  await page.waitForURL("**/sign-in?ended=1**", { timeout: 5_000 });
}, 90_000);

test.concurrent("of an end for good it says so, offers nothing that cannot help, and goes when it was read", async () => {
  const { page } = await account({ url: final.url });
  await page.getByText("This session ends for good at").waitFor({ timeout: TTL_SECONDS * 1000 });
  expect(await button(page).count()).toBe(0);
  expect(await accessibilityTroubles(page)).toEqual([]);
  await page.getByRole("button", { name: "Dismiss" }).click();
  await page.getByText("This session ends for good at").waitFor({ state: "detached" });
  await page.waitForURL("**/sign-in?ended=1**", { timeout: TTL_SECONDS * 1000 });
}, 60_000);
