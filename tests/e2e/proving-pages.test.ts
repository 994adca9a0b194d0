import type { Browser, Page } from "playwright";
import { beforeAll, expect, test } from "vitest";
import { query } from "@/scripts/servers/query";
import { troublesByDayAndNight } from "@/tests/support/accessibility";
import { enter, PASSWORD } from "@/tests/support/account-pages";
import { openBrowser } from "@/tests/support/browser";
import { codeTo, linkTo, wrongCode } from "@/tests/support/mail-links";
import { newDatabase } from "@/tests/support/new-database";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { startTestRedis } from "@/tests/support/test-redis";

/** Long enough to be in the way on a narrow phone. */
const EMAIL = "a-rather-long-name.of-somebody-somewhere";

let app: TestApp;
let inbox: TestMail;
let browser: Browser;
let databaseUrl: string;

beforeAll(async () => {
  [inbox, databaseUrl] = [await startTestMail(), await newDatabase()];
  app = await startApp({ env: { DATABASE_URL: databaseUrl, REDIS_URL: (await startTestRedis()).url, TRUSTED_PROXY_HOPS: "1", ...inbox.env } });
  browser = await openBrowser();
}, 240_000);

/** A page, and what is wrong with each state of it that was looked at: at 320 px and on a desk. */
async function open(address: string): Promise<{ page: Page; look(name: string): Promise<void>; found: string[] }> {
  const context = await browser.newContext({ baseURL: app.url, timezoneId: "Asia/Kathmandu", extraHTTPHeaders: { "x-forwarded-for": address } });
  const page = await context.newPage();
  const found: string[] = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && found.push(`${page.url()}: ${message.text()}`));
  page.on("pageerror", (error) => found.push(`${page.url()}: ${error.message}`));
  async function look(name: string): Promise<void> {
    found.push(...(await troublesByDayAndNight(page, name, { widths: [320, 1280] })));
  }
  return { page, look, found };
}

test("no page of proving or getting back in has an accessibility violation in the light or in the dark, a complaint in the console or sideways scroll", async () => {
  const email = `${EMAIL}@example.org`;
  const { page, look, found } = await open("62.75.10.200");
  await page.goto("/sign-in");
  await look("sign-in");
  await page.goto("/sign-up");
  await page.getByLabel("Name").fill("Ada Lovelace");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.waitForURL("**/continue");
  await page.getByText(/can be sent/).waitFor();
  await look("code of a sign-up");
  const code = await codeTo(inbox, email);
  await page.getByLabel("Code").fill(wrongCode(code));
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByText("4 tries are left").waitFor();
  await look("a wrong code");
  await page.getByLabel("Code").fill(code);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.waitForURL("**/devices");
  await query(databaseUrl, "update users set created_at = created_at - interval '2 days' where email_key = $1", [email]);

  const other = await open("8.8.8.8");
  await enter(other.page, email, PASSWORD);
  await other.page.waitForURL("**/continue");
  await other.look("code of an unusual sign-in");
  await other.page.getByLabel("Code").fill(await codeTo(inbox, email, 2));
  await other.page.getByRole("button", { name: "Continue" }).click();
  await other.page.waitForURL("**/devices");
  expect(other.found).toEqual([]);
  await other.page.context().close();

  for (const path of ["/continue", "/reset", "/not-me", "/undo", "/forgot"]) {
    await page.goto(path);
    await look(`${path}, alone`);
  }
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: "Send link" }).click();
  await page.getByText("If there is an account for").waitFor();
  await look("asked for a link");
  await page.goto(await linkTo(inbox, email, "reset"));
  await look("new password");
  await page.goto(await linkTo(inbox, email, "not-me"));
  await look("not me");
  await page.getByRole("button", { name: "This wasn't me" }).click();
  await page.waitForURL("**/reset");
  await look("new password after not me");
  await page.getByLabel("New password").fill("eleven green ladders");
  await page.getByRole("button", { name: "Set new password" }).click();
  await page.getByRole("heading", { name: "Your new password is set" }).waitFor();
  await look("password set");
  await page.goto(await linkTo(inbox, email, "reset"));
  await look("a link that is over");
  expect(found).toEqual([]);
});

test("by keyboard alone: the code, what is wrong with it, the answer", async () => {
  const { page } = await open("62.75.10.201");
  const email = "keys@example.org";
  await page.goto("/forgot");
  await page.getByLabel("Email").focus();
  await page.keyboard.type(email);
  await page.keyboard.press("Enter");
  await page.getByText("If there is an account for").waitFor();
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toContain("Look into your mail.");
  await page.goto("/sign-up");
  await page.getByLabel("Name").fill("Ada Lovelace");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/continue");
  const code = await codeTo(inbox, email);
  await page.getByLabel("Code").focus();
  await page.keyboard.type(wrongCode(code));
  await page.keyboard.press("Enter");
  await page.getByText("4 tries are left").waitFor();
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("code");
  // What is wrong is selected: the right one is typed over it.
  await page.keyboard.type(code);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/devices");
});
