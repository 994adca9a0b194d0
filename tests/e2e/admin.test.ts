import type { Browser, BrowserContextOptions, Page } from "playwright";
import { beforeAll, describe, expect, test } from "vitest";
import { query } from "@/scripts/servers/query";
import { troublesByDayAndNight } from "@/tests/support/accessibility";
import { signIn, signUp } from "@/tests/support/account-pages";
import { openBrowser } from "@/tests/support/browser";
import { newDatabase } from "@/tests/support/new-database";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestRedis } from "@/tests/support/test-redis";

const ADMIN = "admin@example.org";

let app: TestApp;
let browser: Browser;
let database: string;

beforeAll(async () => {
  const redis = await startTestRedis();
  database = await newDatabase();
  app = await startApp({ env: { DATABASE_URL: database, REDIS_URL: redis.url, TRUSTED_PROXY_HOPS: "1", MAX_CONCURRENT_SESSIONS: "50" } });
  browser = await openBrowser();
  await signUp((await open()).page, ADMIN, "Ada Admin");
  await query(database, "update users set role = 'ADMIN' where email = $1", [ADMIN]);
}, 240_000);

async function open(options: BrowserContextOptions = {}): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ baseURL: app.url, extraHTTPHeaders: { "x-forwarded-for": "62.75.10.30" }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(`${page.url()}: ${message.text()} ${message.location().url}`);
  });
  page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
  return { page, complaints };
}

async function asAdmin(options: BrowserContextOptions = {}) {
  const opened = await open(options);
  await signIn(opened.page, ADMIN);
  return opened;
}

/** Somebody, signed in in a browser of their own. */
async function person(name: string): Promise<Page> {
  const { page } = await open({ extraHTTPHeaders: { "x-forwarded-for": "2a02:8070::1" } });
  await signUp(page, `${name.toLowerCase().replaceAll(" ", ".")}@example.org`, name);
  return page;
}

async function idOf(email: string): Promise<string> {
  const [row] = await query<{ id: string }>(database, "select id from users where email = $1", [email]);
  return row?.id as string;
}

const row = (page: Page, name: string) => page.getByRole("row").filter({ hasText: name });

test("no page for administrators has an accessibility violation in the light or in the dark, a complaint in the console or sideways scroll", async () => {
  await person("Axe with a rather long name that has to give way");
  const { page, complaints } = await asAdmin();
  const user = await idOf(ADMIN);
  const found: string[] = [];
  for (const path of [
    "/admin/devices", "/admin/devices?status=all&q=a", "/admin/devices?q=nobody-at-all", "/admin/devices?ip=203", "/admin/devices/end?q=axe", "/admin/users",
    "/admin/users?q=zzz", `/admin/users/${user}`, "/admin/users/roles", "/admin/audit", "/admin/audit?type=token&from=x", "/admin/audit?from=2026-01-01T10:00:00Z", "/admin/audit?from=2001-01-01&to=2001-01-01",
  ]) {
    await page.goto(path);
    await page.locator("h1").waitFor();
    found.push(...(await troublesByDayAndNight(page, path, { nights: [1280] })));
  }
  await page.goto("/admin/devices");
  await row(page, "Axe with").getByRole("button", { name: "End session" }).click();
  await page.getByRole("dialog").waitFor();
  found.push(...(await troublesByDayAndNight(page, "dialog", { widths: [1280] })));
  expect(found).toEqual([]);
  expect(complaints).toEqual([]);
});

test("the way to the pages is shown only to those who have something there, and to others they do not exist", async () => {
  const page = await person("Plain Person");
  expect(await page.getByRole("link", { name: "Admin", exact: true }).count()).toBe(0);
  for (const path of ["/admin", "/admin/devices", "/admin/users", "/admin/users/roles", "/admin/audit", `/admin/users/${await idOf(ADMIN)}`]) {
    expect((await page.goto(path))?.status(), path).toBe(404);
  }
  await query(database, "update users set role = 'SUPPORT' where name = 'Plain Person'");
  // The role in the header may be a minute old, the pages' answer never is.
  expect((await page.goto("/admin"))?.status()).toBe(200);
  expect(new URL(page.url()).pathname).toBe("/admin/devices");
  await page.goto("/admin/users/roles");
  expect(await page.getByRole("button", { name: "Add role" }).count()).toBe(0);
});

test("on a phone a row says whose session it is and from where, nothing cut off", async () => {
  const email = "francesca.montgomery-whitfield@example.org";
  const { page: theirs } = await open({ extraHTTPHeaders: { "x-forwarded-for": "2a02:8070:1234:5678:9abc:def0:1234:5678" } });
  await signUp(theirs, email, "Francesca Montgomery-Whitfield of Somewhere");
  const { page } = await asAdmin({ viewport: { width: 320, height: 800 } });
  await page.goto("/admin/devices");
  const line = row(page, email);
  for (const words of [email, "Germany", "2a02:8070:1234:5678:9abc:def0:1234:5678", "Chrome", "Active now"]) {
    const shown = line.getByText(words).locator("visible=true").first();
    await shown.waitFor({ timeout: 2_000 });
    const cut = await shown.evaluate((element) => {
      const { left, right, width, height } = element.getBoundingClientRect();
      const hidden = element.scrollWidth > element.clientWidth && getComputedStyle(element).textOverflow === "ellipsis";
      return hidden || left < 0 || right > innerWidth || width < 10 || height < 10;
    });
    expect(cut, words).toBe(false);
  }
  const boxes = await line.locator("td, th").evaluateAll((cells) => cells.map((cell) => cell.getBoundingClientRect()).filter(({ width, height }) => width > 0 && height > 0).map(({ left, right, top, bottom }) => ({ left, right, top, bottom })));
  expect(boxes.length).toBe(6);
  const overlapping = boxes.filter((one) => boxes.some((other) => other !== one && one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom));
  expect(overlapping).toEqual([]);
  expect(await line.getByRole("button", { name: "End session" }).isVisible()).toBe(true);
});

test("search as one types, chips, and the address says what is shown", async () => {
  await person("Quinn Search");
  const { page } = await asAdmin();
  await page.goto("/admin/devices");
  await page.keyboard.press("/");
  await page.keyboard.type("quinn s");
  await page.waitForURL("**/admin/devices?q=quinn+s");
  await expect.poll(() => page.locator("tbody tr").count()).toBe(1);
  expect(await page.evaluate(() => document.activeElement?.getAttribute("name"))).toBe("q");
  await page.getByLabel("Status").selectOption("ended");
  await page.getByText("No session is like this.").waitFor();
  await page.goBack();
  await page.goto("/admin/devices?q=quinn&kind=desktop");
  await page.getByRole("link", { name: "Remove the filter Computer" }).click();
  await page.waitForURL("**/admin/devices?q=quinn");
  await page.getByRole("link", { name: "Remove the filter Begins with “quinn”" }).click();
  await page.waitForURL("**/admin/devices");
  expect(await page.getByLabel("Email or name").inputValue()).toBe("");
});

test("a row comes and goes while one looks; one session is ended with a reason, and its browser falls out", async () => {
  const { page } = await asAdmin();
  await page.goto("/admin/devices");
  await page.getByText("Live", { exact: true }).first().waitFor();
  const victim = await person("Vera Victim");
  await row(page, "Vera Victim").waitFor({ timeout: 10_000 });
  await row(page, "Vera Victim").getByRole("button", { name: "End session" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Reason").fill("lost laptop");
  await dialog.getByRole("button", { name: "End session" }).click();
  await victim.waitForURL("**/sign-in?ended=1**", { timeout: 5_000 });
  await row(page, "Vera Victim").waitFor({ state: "detached" });
  await page.goto("/admin/audit?type=session.ended");
  await page.getByText("“lost laptop”").waitFor();
});

test("by keyboard: j, k and x pick rows, and what is picked ends together", async () => {
  const [first, second] = [await person("Kai Keys"), await person("Kim Keys")];
  const { page } = await asAdmin();
  await page.goto("/admin/devices?q=k");
  await page.locator("h1").waitFor();
  await expect.poll(async () => {
    await page.keyboard.press("j");
    return page.evaluate(() => document.activeElement instanceof HTMLInputElement && document.activeElement.type === "checkbox");
  }).toBe(true);
  await page.keyboard.press("k");
  await page.keyboard.press("x");
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await page.getByText("2 sessions picked").waitFor();
  await page.getByRole("button", { name: "End 2 sessions" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "End 2 sessions" }).click();
  await Promise.all([first, second].map((victim) => victim.waitForURL("**/sign-in?ended=1**", { timeout: 5_000 })));
  await page.getByText("No session is like this.").waitFor();
});

describe.each([true, false])("with JavaScript: %s", (javaScriptEnabled) => {
  test("all that match: counted first, then ended, and the administrator stays", async () => {
    const prefix = javaScriptEnabled ? "Mona" : "Nora";
    const victims = [await person(`${prefix} One`), await person(`${prefix} Two`)];
    const { page } = await asAdmin({ javaScriptEnabled });
    await page.goto(`/admin/devices?q=${prefix}`);
    await page.getByRole("link", { name: "End all that match…" }).click();
    await page.getByText("2 sessions of 2 users").waitFor();
    await page.getByLabel("Reason").fill("a drill");
    await page.getByRole("button", { name: "End 2 sessions" }).click();
    await page.getByText("2 sessions of 2 users ended").waitFor();
    for (const victim of victims) await victim.waitForURL("**/sign-in?ended=1**", { timeout: 5_000 });
    expect((await page.goto("/admin/audit?type=sessions.bulk_ended"))?.status()).toBe(200);
    await page.getByText("“a drill”").first().waitFor();
  });

  test("a user is disabled and falls out, is enabled again, and gets another role", async () => {
    const name = javaScriptEnabled ? "Dora Disabled" : "Dino Disabled";
    const victim = await person(name);
    const { page } = await asAdmin({ javaScriptEnabled });
    const sure = async (button: string) => {
      await page.getByRole("button", { name: button }).click();
      if (javaScriptEnabled) await page.getByRole("dialog").getByRole("button", { name: button }).click();
    };
    await page.goto(`/admin/users?q=${name.slice(0, 6)}`);
    await page.getByRole("link", { name }).click();
    await page.getByRole("heading", { name, level: 1 }).waitFor();
    await sure("Disable account");
    await victim.waitForURL("**/sign-in?ended=1**", { timeout: 5_000 });
    await page.getByText("Signed in nowhere.").waitFor();
    await sure("Enable account");
    await page.getByRole("button", { name: "Disable account" }).waitFor();
    await page.getByLabel("Role").selectOption("SUPPORT");
    await page.getByRole("button", { name: "Change role" }).click();
    await page.getByText("USER → SUPPORT").waitFor();
  });

  test("a role is made from the fixed list", async () => {
    const role = javaScriptEnabled ? "NIGHT_SHIFT" : "DAY_SHIFT";
    const { page } = await asAdmin({ javaScriptEnabled });
    await page.goto("/admin/users/roles");
    await page.getByLabel("Name").fill(role);
    await page.getByLabel("See everyone’s devices").check();
    await page.getByRole("button", { name: "Add role" }).click();
    await page.getByRole("heading", { name: role, exact: true }).waitFor();
    await page.getByRole("link", { name: `Change ${role}` }).click();
    await page.getByRole("heading", { name: `Change ${role}` }).waitFor();
    await page.getByLabel("Read the audit log").check();
    await page.getByRole("button", { name: "Save role" }).click();
    await expect.poll(async () => (await query<{ permissions: string[] }>(database, "select permissions from roles where name = $1", [role]))[0]?.permissions).toEqual(["sessions.read", "events.read"]);
  });
});

test("names, devices and searches made to be markup are only words, and none turns the line around", async () => {
  const hostile = "<img src=x onerror=alert(1)>";
  const { page: victim } = await open({ userAgent: `Mozilla/5.0 "><script>alert(2)</script> Firefox/144.0` });
  await signUp(victim, "hostile@example.org", hostile);
  await victim.getByRole("button", { name: "Rename" }).first().click();
  await victim.getByLabel("Device name").fill(`</td></tr><svg onload=alert(3)> \u05E9\u05DC\u05D5\u05DD`);
  await victim.getByRole("button", { name: "Save" }).click();
  await victim.getByText("<svg onload=alert(3)>").first().waitFor();
  const { page, complaints } = await asAdmin();
  let opened = 0;
  page.on("dialog", (dialog) => {
    opened++;
    void dialog.dismiss();
  });
  const id = await idOf("hostile@example.org");
  for (const path of ["/admin/devices", "/admin/devices?q=%3Cimg%20src", `/admin/devices/end?userId=${id}`, "/admin/users?q=%3Cimg", `/admin/users/${id}`, `/admin/audit?userId=${id}`]) {
    await page.goto(path);
    await page.waitForTimeout(100);
    expect(await page.locator("main img[src=x], main script, main svg[onload], [onerror]").count(), path).toBe(0);
  }
  await page.goto("/admin/devices?q=%3Cimg%20src");
  const names = row(page, hostile).locator("bdi");
  expect(await names.allTextContents()).toEqual(expect.arrayContaining([hostile, "hostile@example.org", expect.stringContaining("<svg onload=alert(3)>")]));
  expect(opened).toBe(0);
  expect(complaints).toEqual([]);
});

test("the audit log is taken along as CSV and as JSON lines", async () => {
  const { page } = await asAdmin();
  await page.goto("/admin/audit?type=account.created");
  for (const [button, name] of [["Export as CSV", /^audit-\d{4}-\d\d-\d\d\.csv$/], ["Export as JSON lines", /^audit-.*\.jsonl$/]] as const) {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: button }).click()]);
    expect(download.suggestedFilename()).toMatch(name);
    const text = await new Response(await download.createReadStream().then((stream) => stream as unknown as BodyInit)).text();
    expect(text).toContain("account.created");
    expect(text).not.toContain("sign_in.succeeded");
  }
});
