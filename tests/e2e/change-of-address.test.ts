import type { Browser, BrowserContextOptions, Page } from "playwright";
import { beforeAll, describe, expect, test } from "vitest";
import { query } from "@/scripts/servers/query";
import { troublesByDayAndNight } from "@/tests/support/accessibility";
import { continueBy, enter, PASSWORD, signUpByCode } from "@/tests/support/account-pages";
import { openBrowser } from "@/tests/support/browser";
import { codeTo, linkTo } from "@/tests/support/mail-links";
import { newDatabase } from "@/tests/support/new-database";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { startTestRedis } from "@/tests/support/test-redis";

const NEXT = "eleven green ladders";
let app: TestApp;
let inbox: TestMail;
let databaseUrl: string;
let browser: Browser;
let visitors = 0;

beforeAll(async () => {
  [inbox, databaseUrl] = [await startTestMail(), await newDatabase()];
  app = await startApp({ env: { DATABASE_URL: databaseUrl, REDIS_URL: (await startTestRedis()).url, TRUSTED_PROXY_HOPS: "1", ...inbox.env } });
  browser = await openBrowser();
}, 240_000);

async function open(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ baseURL: app.url, extraHTTPHeaders: { "x-forwarded-for": `62.75.10.${++visitors}` }, ...options });
  return context.newPage();
}

async function signedUp(email: string, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await open(options);
  await signUpByCode(page, inbox, email);
  return page;
}

async function changeEmail(page: Page, email: string): Promise<void> {
  await page.goto("/security");
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: "Change email" }).click();
}

/** As if the account were from before; its name is changed too, or pages would show it as it was cached. */
async function makeUnproven(page: Page, email: string): Promise<void> {
  await query(databaseUrl, "update users set email_verified = false where email_key = $1", [email]);
  await page.goto("/profile");
  await page.getByLabel("Name").fill("Ada King");
  await page.getByRole("button", { name: "Save name" }).click();
  await expect.poll(() => query(databaseUrl, "select name from users where email_key = $1", [email]), { timeout: 10_000 }).toEqual([{ name: "Ada King" }]);
}

/** As if everybody had signed in a while ago. */
const provenLongAgo = () => query(databaseUrl, "update sessions set proven_at = proven_at - interval '10 minutes'");

describe.each([true, false])("with JavaScript: %s", (javaScriptEnabled) => {
  const options = { javaScriptEnabled };
  const address = (name: string) => `${name}-${javaScriptEnabled}@example.org`;

  test("changed by a thief, undone by the owner: asked for the password and back with what was typed; the code; the thief is out within a second", async () => {
    const [old, email] = [address("old"), address("new")];
    const page = await signedUp(old, options);
    await provenLongAgo();
    await changeEmail(page, email);
    await page.waitForURL("**/confirm?next=%2Fsecurity");
    await page.getByLabel("Password", { exact: true }).fill("not my password at all");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText("Password is not right.").first().waitFor();
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.waitForURL("**/security");
    expect(await page.getByLabel("Email").inputValue()).toBe(email);
    await page.getByRole("button", { name: "Change email" }).click();
    await continueBy(page, await codeTo(inbox, email));
    await page.waitForURL("**/security?address=confirmed");
    await page.getByText("This address is yours.").waitFor();
    expect(await page.locator("main").innerText()).toContain(email);

    const owner = await open(options);
    await owner.goto(await linkTo(inbox, old, "undo"));
    expect(await owner.locator("main").innerText()).toContain(email);
    await owner.getByRole("button", { name: "Undo this change" }).click();
    const out = javaScriptEnabled ? page.waitForURL("**/sign-in?ended=1", { timeout: 2_000 }) : page.goto("/devices");
    await owner.waitForURL("**/reset");
    await out;
    expect(page.url()).toContain("/sign-in?ended=1");
    await owner.getByLabel("New password").fill(NEXT);
    await owner.getByRole("button", { name: "Set new password" }).click();
    await owner.getByRole("heading", { name: "Your new password is set" }).waitFor();
    await enter(owner, old, NEXT);
    await owner.waitForURL("**/devices");
    await enter(page, email, PASSWORD);
    await page.getByText("The email or password is not right.").first().waitFor();
  });

  test("a wrong address is put right; one that was never proven is proven from the banner", async () => {
    const email = address("before");
    const page = await signedUp(email, options);
    await makeUnproven(page, email);
    await changeEmail(page, address("mistyped"));
    await page.waitForURL("**/continue");
    await page.getByRole("link", { name: "Wrong address?" }).click();
    await page.waitForURL("**/security");
    await page.goto("/devices");
    await page.getByRole("link", { name: "Confirm it" }).click();
    await page.waitForURL("**/security#email-address");
    await page.getByRole("button", { name: "Confirm address" }).click();
    await continueBy(page, await codeTo(inbox, email, 2));
    await page.waitForURL(/\/security\?address=confirmed/);
    expect(await page.getByRole("link", { name: "Confirm it" }).count()).toBe(0);
  });
});

test("none of its pages has an accessibility violation in the light or in the dark, a complaint in the console or sideways scroll", async () => {
  const [old, email] = ["a-rather-long-name.of-somebody-somewhere@example.org", "another-rather-long-name.of-somebody@example.org"];
  const page = await signedUp(old);
  const found: string[] = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && found.push(`${page.url()}: ${message.text()}`));
  async function look(name: string): Promise<void> {
    found.push(...(await troublesByDayAndNight(page, name)));
  }
  await makeUnproven(page, old);
  await page.goto("/devices");
  await look("devices-unproven");
  await page.goto("/security");
  await look("security-unproven");
  await query(databaseUrl, "update users set email_verified = true where email_key = $1", [old]);
  await provenLongAgo();
  await changeEmail(page, email);
  await page.waitForURL("**/confirm?next=%2Fsecurity");
  await look("confirm");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.waitForURL("**/security");
  await page.getByRole("button", { name: "Change email" }).click();
  await page.waitForURL("**/continue");
  await look("continue");
  await continueBy(page, await codeTo(inbox, email));
  await page.waitForURL("**/security?address=confirmed");
  await look("security-confirmed");
  await page.goto(await linkTo(inbox, old, "undo"));
  await look("undo");
  expect(found).toEqual([]);
});
