import { readFile } from "node:fs/promises";
import type { Browser, BrowserContextOptions, Page } from "playwright";
import { beforeAll, describe, expect, test } from "vitest";
import { query } from "@/scripts/servers/query";
import { accessibilityTroubles } from "@/tests/support/accessibility";
import { enter, PASSWORD, signUp } from "@/tests/support/account-pages";
import { openBrowser } from "@/tests/support/browser";
import { newDatabase } from "@/tests/support/new-database";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestRedis } from "@/tests/support/test-redis";
import { unzip } from "@/tests/support/unzip";

let app: TestApp;
let databaseUrl: string;
let browser: Browser;

beforeAll(async () => {
  databaseUrl = await newDatabase();
  app = await startApp({ env: { DATABASE_URL: databaseUrl, REDIS_URL: (await startTestRedis()).url } });
  browser = await openBrowser();
}, 240_000);

async function open(options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext({ baseURL: app.url, acceptDownloads: true, ...options });
  return context.newPage();
}

/** The proof of the sign-in is too old. */
const tire = (email: string) => query(databaseUrl, "update sessions set proven_at = now() - interval '1 hour' where user_id = (select id from users where email = $1)", [email]);

async function confirm(page: Page): Promise<void> {
  await page.waitForURL("**/confirm?**");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.waitForURL(/\/leave/);
}

const looks = async (page: Page, name: string) => expect(await accessibilityTroubles(page, { name })).toEqual([]);

describe.each([true, false])("with JavaScript: %s", (javaScriptEnabled) => {
  const email = `leaver-${javaScriptEnabled}@example.org`;

  test("an export is made, downloaded and opened; and the account is deleted, and kept", async () => {
    const page = await open({ javaScriptEnabled, viewport: { width: 320, height: 700 } });
    await signUp(page, email);
    await page.goto("/profile");
    await page.getByRole("link", { name: "Take your data, or leave" }).click();
    await page.getByRole("heading", { name: "Leave", exact: true }).waitFor();
    if (javaScriptEnabled) await looks(page, "/leave");

    // A proof that is too old is asked for first, and nothing is made before.
    await tire(email);
    await page.getByRole("button", { name: "Make an export" }).click();
    await confirm(page);
    expect(await page.locator("main").innerText()).toContain("Nothing is made yet");
    await page.getByRole("button", { name: "Make an export" }).click();
    // With scripts the page shows it by itself.
    const ready = page.getByRole("button", { name: "Download" });
    for (let looked = 0; !javaScriptEnabled && looked < 40 && !(await ready.isVisible()); looked++) {
      await page.waitForTimeout(250);
      await page.goto("/leave");
    }
    await ready.waitFor();
    if (javaScriptEnabled) await looks(page, "/leave with an export");
    await tire(email);
    await ready.click();
    await confirm(page);
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download" }).click()]);
    expect(download.suggestedFilename()).toMatch(/^account-\d{4}-\d\d-\d\d\.zip$/);
    const files = await unzip(await readFile(await download.path()));
    expect(JSON.parse(files.get("profile.json")?.toString() ?? "")).toMatchObject({ email, name: "Ada Lovelace" });

    await page.getByLabel("Email").fill("another@example.org");
    await page.getByRole("button", { name: "Delete account" }).click();
    await page.getByText("This is not the address of your account.").first().waitFor();
    await tire(email);
    await page.getByLabel("Email").fill(email);
    await page.getByRole("button", { name: "Delete account" }).click();
    await confirm(page);
    expect(await page.getByLabel("Email").inputValue()).toBe(email);
    await page.getByRole("button", { name: "Delete account" }).click();
    await page.waitForURL(/\/sign-in\?ended=1/);
    expect(await page.locator("main").innerText()).toContain("is to be deleted");

    await enter(page, email, PASSWORD);
    await page.waitForURL("**/continue");
    if (javaScriptEnabled) await looks(page, "/continue, keeping");
    expect(await page.locator("main").innerText()).toContain(email);
    await page.goto("/devices");
    await page.waitForURL("**/sign-in?**");
    await page.goto("/continue");
    await page.getByRole("button", { name: "Keep my account" }).click();
    await page.waitForURL("**/devices");
    await page.goto("/activity");
    expect(await page.locator("main").innerText()).toContain("You kept this account");
    await page.context().close();
  });
});

test("in the dark, and for administrators: who leaves is shown, deleted by the typed address, and kept", async () => {
  const admin = await open({ colorScheme: "dark", viewport: { width: 320, height: 700 } });
  await signUp(admin, "boss@example.org");
  await query(databaseUrl, "update users set role = 'ADMIN' where email = 'boss@example.org'");
  await admin.goto("/leave");
  await looks(admin, "/leave in the dark");
  const other = await open({});
  await signUp(other, "target@example.org");
  const [user] = await query<{ id: string }>(databaseUrl, "select id from users where email = 'target@example.org'");
  await admin.goto(`/admin/users/${user?.id}`);
  await looks(admin, "/admin/users/:id");
  await admin.getByLabel("Email", { exact: true }).fill("target@example.org");
  await admin.getByRole("button", { name: "Delete account" }).click();
  await admin.getByText(/^Leaves/).waitFor();
  await looks(admin, "/admin/users/:id of who leaves");
  await admin.getByRole("button", { name: "Keep account" }).click();
  await admin.getByRole("dialog").getByRole("button", { name: "Keep account" }).click();
  await admin.getByRole("button", { name: "Delete account" }).waitFor();
  await enter(other, "target@example.org", PASSWORD);
  await other.waitForURL("**/devices");
  // The last administrator stays.
  await admin.goto("/leave");
  await admin.getByLabel("Email").fill("boss@example.org");
  await admin.getByRole("button", { name: "Delete account" }).click();
  await admin.getByText("This is the last administrator.").waitFor();
});
