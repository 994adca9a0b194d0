import { readFile } from "node:fs/promises";
import type { Browser, BrowserContextOptions, Page } from "playwright";
import { beforeAll, describe, expect, test } from "vitest";
import { query } from "@/scripts/servers/query";
import { PASSWORD as API_PASSWORD, httpClient, signedUp } from "@/tests/integration/api/http-client";
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
    await page.getByText("Nothing was sent yet. Press “Download” once more.").waitFor();
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
    // As if another sign-in had begun since, in another tab.
    await page.locator("input[name=attempt]").evaluate((input: HTMLInputElement) => (input.value = "another"));
    await page.getByRole("button", { name: "Keep my account" }).click();
    await page.getByText("That page was out of date, so nothing was done.").waitFor();
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

test("as calls: a file that is its owner's alone, by browsers and by apps, and an account that is kept by both", async () => {
  const { client, email, answer } = await signedUp(app.url);
  const { client: other } = await signedUp(app.url);
  const asked = await client.send("POST", "/api/auth/exports", {});
  expect([asked.status, asked.body]).toEqual([202, { id: expect.any(String), at: expect.any(String), state: "making", bytes: null, goneAt: null }]);
  await expect.poll(async () => (await client.send("GET", "/api/auth/exports")).body.items[0].state, { timeout: 20_000 }).toBe("ready");
  const path = `/api/auth/exports/${asked.body.id}`;
  const cookie = [...client.jar].map(([name, value]) => `${name}=${value}`).join("; ");
  const file = await fetch(app.url + path, { headers: { cookie } });
  expect([file.status, file.headers.get("content-type"), file.headers.get("cache-control"), file.headers.get("x-content-type-options")]).toEqual([200, "application/zip", "private, no-store", "nosniff"]);
  expect(file.headers.get("content-disposition")).toMatch(/^attachment; filename="account-[\d-]+\.zip"$/);
  const bytes = Buffer.from(await file.arrayBuffer());
  expect([...(await unzip(bytes)).keys()]).toContain("profile.json");
  const { status, headers } = await client.send("HEAD", path);
  // Whoever downloads sees how much is to come.
  expect([status, headers.get("content-length"), file.headers.get("content-length")]).toEqual([200, String(bytes.length), String(bytes.length)]);
  expect([(await other.send("GET", path)).status, (await fetch(app.url + path)).status]).toEqual([404, 401]);
  const session = [...client.jar].filter(([name]) => name === "latchkey").map(([name, value]) => `${name}=${value}`).join("; ");
  expect((await fetch(app.url + path, { headers: { cookie: session } })).status).toBe(403);

  // An app: its proof comes by a header.
  const device = { name: "Phone", platform: "iOS" };
  const native = () => httpClient(app.url).send("POST", "/api/auth/signin", { email, password: API_PASSWORD, client: "native", device });
  const { body: app1 } = await native();
  const bearer = { authorization: `Bearer ${app1.tokens.accessToken}` };
  expect((await fetch(app.url + path, { headers: bearer })).status).toBe(403);
  expect((await fetch(app.url + path, { headers: { ...bearer, "x-latchkey-proof": app1.proof } })).status).toBe(200);

  const deleted = await client.send("POST", "/api/auth/deletion", {});
  expect([deleted.status, deleted.body]).toEqual([202, { dueAt: expect.any(String) }]);
  expect([(await client.send("GET", "/api/auth/session")).status, (await fetch(app.url + "/api/auth/session", { headers: bearer })).status]).toEqual([401, 401]);
  const begun = await native();
  expect([begun.status, begun.body.attempt]).toMatchObject([202, { ways: [], keepUntil: deleted.body.dueAt, token: expect.any(String) }]);
  expect((await httpClient(app.url).send("POST", "/api/auth/attempt/keep", { attempt: "not it" })).status).toBe(410);
  const kept = await httpClient(app.url).send("POST", "/api/auth/attempt/keep", { attempt: begun.body.attempt.token });
  expect([kept.status, kept.body]).toMatchObject([200, { user: { id: answer.body.user.id }, tokens: { tokenType: "Bearer" }, proof: expect.any(String) }]);
  await httpClient(app.url).send("POST", "/api/auth/deletion", {}, { authorization: `Bearer ${kept.body.tokens.accessToken}`, "x-latchkey-proof": kept.body.proof });
  const browserAgain = httpClient(app.url);
  expect((await browserAgain.send("POST", "/api/auth/signin", { email, password: API_PASSWORD })).status).toBe(202);
  expect((await browserAgain.send("GET", "/api/auth/session")).status).toBe(401);
  const keptHere = await browserAgain.send("POST", "/api/auth/attempt/keep", {});
  expect([keptHere.status, (await browserAgain.send("GET", "/api/auth/session")).status]).toEqual([200, 200]);
});
