import type { Browser, BrowserContextOptions, Page } from "playwright";
import { beforeAll, expect, test } from "vitest";
import { query } from "@/scripts/servers/query";
import { troublesByDayAndNight } from "@/tests/support/accessibility";
import { enter, PASSWORD, signIn, signUp } from "@/tests/support/account-pages";
import { openBrowser } from "@/tests/support/browser";
import { newDatabase } from "@/tests/support/new-database";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestRedis } from "@/tests/support/test-redis";

const ADMIN = "admin@example.org";
const NEXT = "eleven green ladders";

let app: TestApp;
let browser: Browser;
let database: string;

beforeAll(async () => {
  database = await newDatabase();
  app = await startApp({ env: { DATABASE_URL: database, REDIS_URL: (await startTestRedis()).url, MAX_CONCURRENT_SESSIONS: "50" } });
  browser = await openBrowser();
  await signUp((await open()).page, ADMIN, "Ada Admin");
  await query(database, "update users set role = 'ADMIN' where email = $1", [ADMIN]);
}, 240_000);

async function open(options: BrowserContextOptions = {}): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ baseURL: app.url, permissions: ["clipboard-read", "clipboard-write"], ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && complaints.push(`${page.url()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
  return { page, complaints };
}

/** Somebody with an account, signed in; and an administrator who looks at it. */
async function pair(email: string, options: BrowserContextOptions = {}) {
  const person = await open();
  await signUp(person.page, email, "Francesca Montgomery-Whitfield of Somewhere");
  const [row] = await query<{ id: string }>(database, "select id from users where email = $1", [email]);
  const administrator = await open(options);
  await signIn(administrator.page, ADMIN);
  await administrator.page.goto(`/admin/users/${row?.id}`);
  return { person: person.page, ...administrator };
}

/** Sets a password by the link in a browser of its own, and signs in by it. */
async function comeBack(url: string, email: string, options: BrowserContextOptions = {}): Promise<void> {
  const { page, complaints } = await open(options);
  await page.goto(url);
  expect(page.url()).toBe(`${app.url}/reset`);
  await page.getByText("An administrator made this link for you.").waitFor();
  await page.getByLabel("New password").fill(NEXT);
  await page.getByRole("button", { name: "Set new password" }).click();
  await page.getByRole("heading", { name: "Your new password is set" }).waitFor();
  await enter(page, email, NEXT);
  await page.waitForURL("**/devices");
  expect(complaints).toEqual([]);
}

test("an administrator makes a link, copies it, and somebody who could not get in is in; their browsers fall out", async () => {
  const email = "francesca.montgomery-whitfield@example.org";
  const { person, page, complaints } = await pair(email);
  await page.getByRole("button", { name: "Make a reset link" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Make a reset link for Francesca").waitFor();
  await dialog.getByText(email).waitFor();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  expect(await query(database, "select id from outgoing_mails")).toEqual([]);
  await page.getByRole("button", { name: "Make a reset link" }).click();
  await dialog.getByRole("button", { name: "Make a reset link" }).click();
  const field = page.getByLabel("Reset link");
  const url = await field.inputValue();
  expect(await field.evaluate((element) => document.activeElement === element)).toBe(true);
  await page.getByRole("button", { name: "Copy" }).click();
  await page.getByText("Copied.").waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(url);
  await page.getByText("Reset link made").waitFor();
  await comeBack(url, email);
  await person.waitForURL("**/sign-in?ended=1");
  await page.reload();
  await page.getByText("Password reset", { exact: true }).first().waitFor();
  expect(await page.getByLabel("Reset link").count()).toBe(0);
  expect(await page.content()).not.toContain(url);
  expect(complaints).toEqual([]);
});

test.each([true, false])("who has not proven lately who they are does so first, and comes back (JavaScript: %s)", async (javaScriptEnabled) => {
  const { page } = await pair(`late-${javaScriptEnabled}@example.org`, { javaScriptEnabled });
  const user = page.url();
  await page.context().clearCookies({ name: "latchkey-proof" });
  const make = async () => {
    await page.getByRole("button", { name: "Make a reset link" }).click();
    if (javaScriptEnabled) await page.getByRole("dialog").getByRole("button", { name: "Make a reset link" }).click();
  };
  await make();
  await page.waitForURL("**/confirm?next=*");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: /^(Confirm|Continue)/ }).click();
  await page.waitForURL(user);
  // With scripts the dialog is open again.
  if (javaScriptEnabled) await page.getByRole("dialog").getByRole("button", { name: "Make a reset link" }).click();
  else await make();
  expect(await page.getByLabel("Reset link").inputValue()).toContain("/reset?token=");
});

test("without JavaScript the button does it, and the link can be taken from the page", async () => {
  const email = "plain@example.org";
  const { page } = await pair(email, { javaScriptEnabled: false });
  await page.getByRole("button", { name: "Make a reset link" }).click();
  const url = await page.getByLabel("Reset link").inputValue();
  expect(await page.getByRole("button", { name: "Copy" }).count()).toBe(0);
  await comeBack(url, email, { javaScriptEnabled: false });
});

test("neither the dialog nor the link has an accessibility violation in the light or in the dark, a complaint in the console or sideways scroll", async () => {
  const { page, complaints } = await pair("axe@example.org");
  const found: string[] = [];
  async function look(name: string): Promise<void> {
    found.push(...(await troublesByDayAndNight(page, name, { widths: [320, 1280] })));
  }
  await look("user");
  await page.getByRole("button", { name: "Make a reset link" }).click();
  await page.getByRole("dialog").waitFor();
  await look("dialog");
  await page.getByRole("dialog").getByRole("button", { name: "Make a reset link" }).click();
  await page.getByLabel("Reset link").waitFor();
  await look("link");
  await page.goto(await page.getByLabel("Reset link").inputValue());
  await look("reset");
  expect(found).toEqual([]);
  expect(complaints).toEqual([]);
});
