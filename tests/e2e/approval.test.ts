import type { Browser, BrowserContextOptions, Locator, Page } from "playwright";
import { beforeAll, expect, test } from "vitest";
import { query } from "@/scripts/servers/query";
import { accessibilityTroubles } from "@/tests/support/accessibility";
import { enter, PASSWORD, signUp } from "@/tests/support/account-pages";
import { openBrowser } from "@/tests/support/browser";
import { newDatabase } from "@/tests/support/new-database";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestRedis } from "@/tests/support/test-redis";

const WIDTHS = [320, 768, 1280];

let app: TestApp;
let browser: Browser;
let databaseUrl: string;
let made = 0;

beforeAll(async () => {
  databaseUrl = await newDatabase();
  app = await startApp({ env: { DATABASE_URL: databaseUrl, REDIS_URL: (await startTestRedis()).url, DEVICE_APPROVAL: "required", TRUSTED_PROXY_HOPS: "1" } });
  browser = await openBrowser();
}, 240_000);

type Opened = { page: Page; found: string[]; look(name: string): Promise<void> };

/** A browser of its own, and what is wrong with each state of a page that was looked at. */
async function open(address: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext({ baseURL: app.url, timezoneId: "Asia/Kathmandu", extraHTTPHeaders: { "x-forwarded-for": address }, ...options });
  const page = await context.newPage();
  const found: string[] = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && found.push(`${page.url()}: ${message.text()}`));
  page.on("pageerror", (error) => found.push(`${page.url()}: ${error.message}`));
  async function look(name: string): Promise<void> {
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      found.push(...(await accessibilityTroubles(page, { name: `${name} at ${width} px` })));
    }
  }
  return { page, found, look };
}

/** An account's own page that is open and live, of an account that is not new: pages of new ones look again for a picture. */
async function owner(options: BrowserContextOptions & { at?: string } = {}): Promise<Opened & { email: string }> {
  const email = `owner-${++made}@example.org`;
  const { at = "/profile", ...rest } = options;
  const opened = await open(`62.75.30.${made}`, rest);
  await signUp(opened.page, email);
  await query(databaseUrl, "update users set created_at = created_at - interval '1 day' where email_key = $1", [email]);
  await opened.page.goto(at);
  if (rest.javaScriptEnabled !== false) await opened.page.getByText("Live", { exact: true }).waitFor();
  return { ...opened, email };
}

/** A new browser that asks the others, and the number that it shows. */
async function newDevice(email: string, options: BrowserContextOptions = {}): Promise<Opened & { digits: string }> {
  const opened = await open(`185.21.100.${made}`, options);
  await enter(opened.page, email, PASSWORD);
  await opened.page.waitForURL("**/continue");
  await opened.page.getByRole("button", { name: "Ask another device" }).click();
  return { ...opened, digits: await shownDigits(opened.page) };
}

async function shownDigits(page: Page): Promise<string> {
  const number = page.getByText(/^\d{2}$/);
  await number.waitFor();
  return number.innerText();
}

const otherThan = (digits: string) => (digits === "99" ? "10" : String(Number(digits) + 1));
const question = (page: Page): Locator => page.getByRole("alertdialog", { name: "A new device wants to sign in" });
const field = (within: Locator | Page): Locator => within.getByLabel("Number that the new device shows");

test.each(["light", "dark"] as const)("in the %s: the dialog comes within a second, the digits are typed, and the new browser comes in by itself", async (colorScheme) => {
  const desk = await owner({ colorScheme });
  const phone = await open("185.21.100.7", { colorScheme });
  await enter(phone.page, desk.email, PASSWORD);
  await phone.page.waitForURL("**/continue");
  await phone.page.getByRole("button", { name: "Ask another device" }).waitFor();
  await phone.look("not asked yet");
  // Whoever is typing something else when it comes answers nothing.
  const name = desk.page.getByLabel("Name");
  await name.focus();
  const asked = Date.now();
  await phone.page.getByRole("button", { name: "Ask another device" }).click();
  await question(desk.page).waitFor();
  expect(Date.now() - asked).toBeLessThan(1_000 + 500);
  await desk.page.keyboard.type("12");
  await desk.page.keyboard.press("Enter");
  await desk.page.keyboard.press("Space");
  expect(await field(desk.page).inputValue()).toBe("");
  const digits = await shownDigits(phone.page);
  await expect.poll(() => question(desk.page).innerText()).toMatch(/Chrome[\w ]* on Linux\s+Germany\s+185\.21\.100\.7\s/);
  await desk.look("the question");
  await phone.look("waiting");

  // What cannot be the number answers nothing yet.
  await field(desk.page).fill("7");
  await desk.page.getByRole("button", { name: "Approve" }).click();
  await desk.page.getByText("It must be the two digits").waitFor();
  await desk.look("not two digits");
  await expect.poll(() => field(desk.page).evaluate((input) => input === document.activeElement)).toBe(true);
  await desk.page.keyboard.type(digits);
  const approved = Date.now();
  await desk.page.keyboard.press("Enter");
  await phone.page.waitForURL("**/devices");
  expect(Date.now() - approved).toBeLessThan(3_000);
  await desk.page.getByText("Approved. The new device signs in now.").waitFor();
  await question(desk.page).waitFor({ state: "detached" });
  // What was typed before it came is still there.
  expect(await name.inputValue()).toBe("Ada Lovelace");
  expect([...desk.found, ...phone.found]).toEqual([]);
});

test.each(["light", "dark"] as const)("in the %s: “It isn't me” turns it away, with calm words and the way to a new password", async (colorScheme) => {
  const desk = await owner({ colorScheme });
  const phone = await newDevice(desk.email, { colorScheme });
  const buttons = await Promise.all(["Approve", "It isn't me"].map((name) => question(desk.page).getByRole("button", { name }).boundingBox()));
  // To half a pixel: Chromium's boxes are fractions.
  expect(buttons[0]?.width).toBeCloseTo(buttons[1]?.width ?? 0, 0);
  expect(buttons[0]?.height).toBeCloseTo(buttons[1]?.height ?? 0, 0);
  await question(desk.page).getByRole("button", { name: "It isn't me" }).click();
  await desk.page.getByRole("dialog", { name: "It was turned away" }).waitFor();
  await desk.look("turned away");
  await phone.page.getByRole("heading", { name: "This is over" }).waitFor();
  await phone.look("over");
  await desk.page.getByRole("link", { name: "Change your password" }).click();
  await desk.page.waitForURL("**/confirm?next=%2Fsecurity");
  await desk.page.goto("/activity");
  await desk.page.getByText("You turned a new device away").waitFor();
  expect([...desk.found, ...phone.found]).toEqual([]);
});

test("other digits are the end of it, and say so", async () => {
  const desk = await owner();
  const phone = await newDevice(desk.email);
  await question(desk.page).waitFor();
  await field(desk.page).fill(otherThan(phone.digits));
  await desk.page.getByRole("button", { name: "Approve" }).click();
  await desk.page.getByRole("dialog", { name: "That was not the number" }).waitFor();
  await phone.page.getByRole("heading", { name: "This is over" }).waitFor();
  await desk.page.getByRole("button", { name: "Close" }).click();
  await desk.page.getByRole("dialog").waitFor({ state: "detached" });
  await desk.page.goto("/activity");
  await desk.page.getByText("A new device was turned away: another number was typed").waitFor();
});

test("by keyboard: put aside with Escape it stays at hand, and goes with what it asks about", async () => {
  const desk = await owner();
  const phone = await newDevice(desk.email);
  await question(desk.page).waitFor();
  // A press beside it is no answer.
  await desk.page.mouse.click(5, 5);
  await question(desk.page).waitFor();
  await desk.page.keyboard.press("Escape");
  await question(desk.page).waitFor({ state: "detached" });
  await desk.page.getByText("A new device waits to be let in.").waitFor();
  await desk.page.getByRole("button", { name: "Look at it" }).press("Enter");
  await question(desk.page).waitFor();
  await desk.page.keyboard.press("Tab");
  await expect.poll(() => field(desk.page).evaluate((input) => input === document.activeElement)).toBe(true);
  await desk.page.keyboard.press("Tab");
  await expect.poll(() => desk.page.evaluate(() => document.activeElement?.textContent)).toBe("It isn't me");
  await phone.page.getByRole("link", { name: "Not you?" }).click();
  await phone.page.waitForURL("**/sign-in");
  await question(desk.page).waitFor({ state: "detached", timeout: 1_500 });
  expect(await desk.page.getByText("A new device waits to be let in.").count()).toBe(0);
});

test("a page that is opened later asks too, in every tab, and the answer in one of them closes all", async () => {
  const desk = await owner();
  const second = await desk.page.context().newPage();
  await second.goto("/activity");
  const phone = await newDevice(desk.email);
  await second.reload();
  const third = await desk.page.context().newPage();
  await third.goto("/security");
  await question(third).waitFor();
  await second.bringToFront();
  await question(second).waitFor();
  await field(second).fill(phone.digits);
  await second.getByRole("button", { name: "Approve" }).click();
  await phone.page.waitForURL("**/devices");
  for (const page of [second, third, desk.page]) {
    await page.bringToFront();
    await expect.poll(() => question(page).count(), { timeout: 1_000 }).toBe(0);
  }
});

test("without JavaScript: the card on the devices page, the number that reloads, and “Continue”", async () => {
  const desk = await owner({ javaScriptEnabled: false, at: "/devices" });
  const phone = await newDevice(desk.email, { javaScriptEnabled: false });
  await desk.page.reload();
  await desk.page.getByRole("heading", { name: "A new device wants to sign in" }).waitFor();
  await field(desk.page).fill("7");
  await desk.page.getByRole("button", { name: "Approve" }).click();
  await desk.page.getByText("It must be the two digits").waitFor();
  await field(desk.page).fill(phone.digits);
  await desk.page.getByRole("button", { name: "Approve" }).click();
  await desk.page.waitForURL("**/devices?approval=approved");
  await desk.page.getByText("The new device signs in now.").waitFor();
  // By itself: the page reloads every five seconds.
  await phone.page.getByRole("button", { name: "Continue" }).click({ timeout: 10_000 });
  await phone.page.waitForURL("**/devices");

  const other = await newDevice(desk.email, { javaScriptEnabled: false });
  await desk.page.goto("/devices");
  await desk.page.getByRole("button", { name: "It isn't me" }).click();
  await desk.page.waitForURL("**/devices?approval=refused");
  await expect.poll(() => desk.page.getByRole("link", { name: "Change your password", exact: true }).getAttribute("href")).toBe("/confirm?next=%2Fsecurity");
  await other.page.getByRole("heading", { name: "This is over" }).waitFor({ timeout: 10_000 });
});

test("the card has nothing wrong with it either, at any width, light or dark", async () => {
  for (const colorScheme of ["light", "dark"] as const) {
    const desk = await owner({ colorScheme, at: "/devices" });
    await newDevice(desk.email);
    await question(desk.page).waitFor();
    await desk.page.getByRole("button", { name: "Not now" }).click();
    await desk.page.getByRole("heading", { name: "A new device wants to sign in" }).waitFor();
    await desk.look("the card");
    await desk.page.getByRole("button", { name: "It isn't me" }).click();
    await desk.page.waitForURL("**/devices?approval=refused");
    await desk.look("the notice");
    expect(desk.found).toEqual([]);
  }
});
