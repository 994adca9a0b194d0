import type { Browser, BrowserContextOptions, Page } from "playwright";
import { beforeAll, expect, test } from "vitest";
import { freePort } from "@/scripts/servers/free-port";
import { accessibilityTroubles } from "@/tests/support/accessibility";
import { openBrowser } from "@/tests/support/browser";
import { newDatabase } from "@/tests/support/new-database";
import { startOidcProvider, type TestProvider } from "@/tests/support/oidc-provider";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestRedis } from "@/tests/support/test-redis";

let app: TestApp;
let acme: TestProvider;
let browser: Browser;

beforeAll(async () => {
  const port = await freePort();
  acme = await startOidcProvider({ appUrl: `http://localhost:${port}` });
  const others = { OIDC_PROVIDERS: "acme,github", OIDC_GITHUB_CLIENT_ID: "g", OIDC_GITHUB_CLIENT_SECRET: "s" };
  [app, browser] = await Promise.all([startApp({ port, env: { DATABASE_URL: await newDatabase(), REDIS_URL: (await startTestRedis()).url, ...acme.env, ...others } }), openBrowser()]);
}, 900_000);

/** A new browser, and what it complained of. */
async function newPage(options: BrowserContextOptions = {}): Promise<{ page: Page; found: string[] }> {
  const page = await (await browser.newContext({ baseURL: app.url, ...options })).newPage();
  const found: string[] = [];
  // What the provider's own pages complain of is theirs.
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && !page.url().startsWith(acme.issuer) && found.push(`${page.url()}: ${message.text()}`));
  page.on("pageerror", (error) => found.push(`${page.url()}: ${error.message}`));
  return { page, found };
}

async function signInThere(page: Page, login: string): Promise<void> {
  acme.accounts.set(login, { email: `${login}@example.com`, email_verified: true, name: "Jane Doe" });
  await page.waitForURL(`${acme.issuer}/interaction/*`);
  await page.locator("input[name=login]").fill(login);
  await page.locator("input[name=password]").fill("any");
  await page.locator("button[type=submit]").click();
}

const sessionCookie = async (page: Page) => (await page.context().cookies(app.url)).find(({ name }) => name === "latchkey");

test.each([true, false])("with JavaScript %j a button leads to the provider and back, under the page's policy, to where it was for and for how long", async (javaScriptEnabled) => {
  const login = `jane-${javaScriptEnabled}`;
  const { page, found } = await newPage({ javaScriptEnabled });
  await page.goto("/sign-in?next=/profile");
  if (javaScriptEnabled) await page.getByLabel("Keep me signed in").check();
  else await page.getByLabel("Stay signed in with one of these").check();
  await page.getByRole("button", { name: "Continue with Acme", exact: true }).click();
  await signInThere(page, login);
  await page.waitForURL("**/profile");
  expect((await sessionCookie(page))?.expires).toBeGreaterThan(Date.now() / 1000 + 1_000);
  await page.goto("/devices");
  await page.getByText("through Acme").waitFor();
  await page.goto("/sign-in");
  expect(await page.getByRole("button", { name: "Continue with Acme", exact: true }).getAttribute("aria-describedby")).toBeTruthy();
  await page.getByText("Used here last").waitFor();
  expect(found).toEqual([]);
});

test("who signs out there is led to the page that says so, within a second", async () => {
  const { page } = await newPage();
  await page.goto("/sign-up");
  await page.getByRole("button", { name: "Continue with Acme" }).click();
  await signInThere(page, "leaver");
  await page.waitForURL("**/devices");
  await page.getByText("through Acme").waitFor();
  const other = await page.context().newPage();
  await other.goto(`${acme.issuer}/session/end`);
  const left = page.waitForURL(/\/sign-in\?ended=1/, { timeout: 5_000 });
  await other.getByRole("button", { name: /yes, sign me out/i }).click();
  await other.waitForURL("**/session/end/success");
  const started = performance.now();
  await left;
  expect(performance.now() - started).toBeLessThan(1_000);
  await page.getByText("the provider that you signed in with ended your session").waitFor();
});

test.each(["light", "dark"] as const)("in the %s its parts of pages have no accessibility violation and no sideways scroll", async (colorScheme) => {
  const { page, found } = await newPage({ colorScheme });
  for (const address of ["/sign-in", "/sign-up", "/sign-in?trouble=unavailable&provider=acme"]) {
    await page.goto(address);
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      found.push(...(await accessibilityTroubles(page, { name: `${address} at ${width} px` })));
    }
  }
  expect(found).toEqual([]);
});
