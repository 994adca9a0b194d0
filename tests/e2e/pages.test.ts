import { gzipSync } from "node:zlib";
import type { Browser, BrowserContextOptions, Page } from "playwright";
import { beforeAll, describe, expect, test } from "vitest";
import { troublesByDayAndNight } from "@/tests/support/accessibility";
import { enter, PASSWORD, signIn, signUp } from "@/tests/support/account-pages";
import { openBrowser } from "@/tests/support/browser";
import { type HeardStream, openEventStream } from "@/tests/support/event-stream";
import { newDatabase } from "@/tests/support/new-database";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestRedis } from "@/tests/support/test-redis";

const SIGN_IN_BUDGET = 160_000;
const PUBLIC_PAGES = ["/sign-in", "/sign-in?ended=1", "/sign-up", "/continue", "/reset", "/not-me", "/undo", "/authorize", "/unavailable", "/nothing-here"];
const PRIVATE_PAGES = ["/devices", "/activity", "/activity?type=sign_in.failed", "/profile", "/security"];

let app: TestApp;
let browser: Browser;

beforeAll(async () => {
  const redis = await startTestRedis();
  app = await startApp({ env: { DATABASE_URL: await newDatabase(), REDIS_URL: redis.url, TRUSTED_PROXY_HOPS: "1" } });
  browser = await openBrowser();
}, 240_000);

/** A browser of its own, in a zone that is not the server's. `complaints` is what its console said. */
async function open(options: BrowserContextOptions = {}): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({
    baseURL: app.url,
    timezoneId: "Asia/Kathmandu",
    extraHTTPHeaders: { "x-forwarded-for": "62.75.10.30" },
    ...options,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(`${page.url()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
  return { page, complaints };
}

/** What a browser says of a status that is meant to be one. */
function isExpected(complaint: string): boolean {
  return /the server responded with a status of 404/.test(complaint) && complaint.includes("/nothing-here");
}

/** An account with a past session, a live one elsewhere and a failed sign-in. */
async function lead(page: Page, email: string) {
  await signUp(page, email, "أدا Lovelace");
  const other = await open({ userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", extraHTTPHeaders: { "x-forwarded-for": "2a02:8070::1" } });
  await enter(other.page, email, "not the password at all");
  await other.page.getByRole("alert").filter({ hasText: "not right" }).waitFor();
  await signIn(other.page, email);
  await other.page.getByRole("button", { name: "Sign out", exact: true }).click();
  await other.page.waitForURL("**/sign-in");
  await signIn(other.page, email);
  await other.page.context().close();
}

test("no page has an accessibility violation in the light or in the dark, a complaint in the console (CSP, hydration) or sideways scroll at 320 px", async () => {
  const { page, complaints } = await open();
  const found: string[] = [];
  async function visit(path: string) {
    await page.goto(path);
    await page.locator("h1").waitFor();
    await page.evaluate(() => document.querySelectorAll("details").forEach((element) => (element.open = true)));
    found.push(...(await troublesByDayAndNight(page, path, { widths: [320, 1280], nights: [1280] })));
  }
  for (const path of PUBLIC_PAGES) await visit(path);
  await lead(page, "axe@example.org");
  for (const path of PRIVATE_PAGES) await visit(path);
  await page.goto("/devices");
  await page.getByRole("button", { name: "Rename" }).first().click();
  await page.getByLabel("Device name").waitFor();
  await page.getByRole("button", { name: "End session" }).click();
  await page.getByRole("dialog").waitFor();
  found.push(...(await troublesByDayAndNight(page, "dialog", { widths: [1280] })));
  expect(found).toEqual([]);
  expect(complaints.filter((complaint) => !isExpected(complaint))).toEqual([]);
});

test("the scripts that /sign-in loads in a current browser stay under 160 kB gzip", async () => {
  const { page } = await open();
  const sizes: number[] = [];
  const pending: Promise<void>[] = [];
  page.on("response", (response) => {
    if (response.request().resourceType() === "script") pending.push(response.body().then((body) => void sizes.push(gzipSync(body).length)));
  });
  await page.goto("/sign-in", { waitUntil: "networkidle" });
  await Promise.all(pending);
  expect(sizes.length).toBeGreaterThan(0);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(SIGN_IN_BUDGET);
});

test("nothing moves while the devices page loads and comes alive", async () => {
  const { page } = await open();
  await signUp(page, "still@example.org");
  await page.addInitScript(() => {
    const shifts = globalThis as unknown as { shifted: number };
    shifts.shifted = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.shifted += (entry as unknown as { value: number }).value;
    }).observe({ type: "layout-shift", buffered: true });
  });
  await page.goto("/devices");
  await page.getByText("Live", { exact: true }).waitFor();
  await page.waitForTimeout(500);
  expect(await page.evaluate(() => (globalThis as unknown as { shifted: number }).shifted)).toBeLessThan(0.01);
});

describe.each([true, false])("a form that fails, with JavaScript: %s", (javaScriptEnabled) => {
  test("says what is wrong beside the field, keeps what was typed, and never sends a password back", async () => {
    const { page } = await open({ javaScriptEnabled });
    const bodies: Promise<string>[] = [];
    page.on("response", (response) => {
      if (response.request().method() === "POST") bodies.push(response.text().catch(() => ""));
    });
    await page.goto("/sign-up");
    await page.getByLabel("Name").fill("Grace Hopper");
    await page.getByLabel("Email").fill("no address");
    await page.getByLabel("Password", { exact: true }).fill("hunter-two-secret");
    await page.getByRole("button", { name: "Create account" }).click();
    await page.getByText("Email is not an email address.").waitFor();
    expect(await page.getByLabel("Email").getAttribute("aria-invalid")).toBe("true");
    expect(await page.getByLabel("Name").inputValue()).toBe("Grace Hopper");
    expect(await page.getByLabel("Email").inputValue()).toBe("no address");
    if (javaScriptEnabled) {
      expect(await page.getByLabel("Password", { exact: true }).inputValue()).toBe("hunter-two-secret");
      expect(await page.evaluate(() => document.activeElement?.id)).toBe("email");
    }
    const answers = await Promise.all(bodies);
    expect(answers.length).toBeGreaterThan(0);
    expect(answers.filter((body) => body.includes("hunter-two-secret"))).toEqual([]);
  });
});

test("?next= leads only to a path of this origin", async () => {
  const { page } = await open();
  await signUp(page, "next@example.org");
  for (const [next, path] of [
    ["/security", "/security"],
    ["//evil.example/", "/devices"],
    ["/\\evil.example/", "/devices"],
    ["https://evil.example/", "/devices"],
    ["/\t/evil.example/", "/devices"],
    ["javascript:alert(1)", "/devices"],
  ] as const) {
    await page.context().clearCookies();
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
    await page.getByLabel("Email").fill("next@example.org");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL((url) => url.pathname !== "/sign-in");
    expect(page.url()).toBe(app.url + path);
  }
});

test("eight tabs of one browser are all live, none starves, and all fall out together", async () => {
  const { page } = await open();
  await signUp(page, "tabs@example.org");
  const tabs = [page];
  for (let count = 1; count < 8; count++) {
    const tab = await page.context().newPage();
    await tab.goto("/devices");
    tabs.push(tab);
  }
  await Promise.all(tabs.map((tab) => tab.getByText("Live", { exact: true }).waitFor({ timeout: 5_000 })));
  const other = await open();
  await signIn(other.page, "tabs@example.org");
  await other.page.waitForURL("**/devices");
  await other.page.getByRole("button", { name: "Sign out everywhere else" }).click();
  await other.page.getByRole("dialog").getByRole("button", { name: "Sign out everywhere else" }).click();
  await Promise.all(tabs.map((tab) => tab.waitForURL("**/sign-in?ended=1**", { timeout: 5_000 })));
});

test("the header says so while the stream is down, and when it is back", async () => {
  const { page } = await open();
  await signUp(page, "stream@example.org");
  await page.getByText("Live", { exact: true }).waitFor();
  await page.route("**/api/auth/events", (route) => route.abort());
  await page.goto("/devices");
  await page.getByText("Reconnecting…").waitFor();
  await page.unroute("**/api/auth/events");
  await page.getByText("Live", { exact: true }).waitFor({ timeout: 20_000 });
});

test("a page whose stream must make room comes back by itself, later each time, and stays where it is", async () => {
  const { page } = await open();
  const tries: number[] = [];
  page.on("request", (request) => request.method() === "HEAD" && request.url().endsWith("/api/auth/events") && tries.push(Date.now()));
  await signUp(page, "crowd@example.org");
  const live = page.getByText("Live", { exact: true });
  await live.waitFor();
  const jar = new Map((await page.context().cookies()).map(({ name, value }) => [name, value]));
  const pauses: number[] = [];
  for (let times = 1; times <= 3; times++) {
    const from = Date.now();
    const crowd: HeardStream[] = [];
    for (let streams = 0; streams < 8; streams++) crowd.push(await openEventStream(app.url, { jar }));
    await expect.poll(() => tries.length, { timeout: 10_000 }).toBe(times);
    pauses.push((tries.at(-1) ?? 0) - from);
    await live.waitFor();
    for (const stream of crowd) stream.leave();
  }
  for (const [index, least] of [900, 1_900, 3_900].entries()) expect(pauses[index]).toBeGreaterThan(least);
  expect(page.url()).toBe(`${app.url}/devices`);
});

test("by keyboard alone: rename, end a session, and the focus is never lost", async () => {
  const { page } = await open();
  await lead(page, "keys@example.org");
  await page.goto("/devices");
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to content");
  await page.getByRole("button", { name: "Rename" }).first().focus();
  await page.keyboard.press("Enter");
  await page.keyboard.type("Desk");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Desk" }).waitFor();
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Rename");
  const end = page.getByRole("button", { name: "End session" });
  await end.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("End session");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await end.waitFor({ state: "detached" });
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("devices-heading");
});
