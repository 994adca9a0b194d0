import type { Browser, BrowserContextOptions, Page } from "playwright";
import { beforeAll, expect, test } from "vitest";
import { signIn, signInByForm, signUp, signUpByForm } from "@/tests/support/account-pages";
import { openBrowser } from "@/tests/support/browser";
import { newDatabase } from "@/tests/support/new-database";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestRedis } from "@/tests/support/test-redis";

const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";

let app: TestApp;
let browser: Browser;

beforeAll(async () => {
  const redis = await startTestRedis();
  app = await startApp({ env: { DATABASE_URL: await newDatabase(), REDIS_URL: redis.url, TRUSTED_PROXY_HOPS: "1" } });
  browser = await openBrowser();
}, 240_000);

/** A browser of its own: cookies, address and user agent. */
async function open(address: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ baseURL: app.url, extraHTTPHeaders: { "x-forwarded-for": address }, ...options });
  return context.newPage();
}

test("two browsers: sign up, second device seen live with place and address, renamed, ended, fallen out within a second", async () => {
  const desk = await open("62.75.10.20");
  await signUpByForm(desk, "main-job@example.org");
  await expect.poll(() => desk.getByText("This device").count()).toBe(1);
  await desk.getByText("Live", { exact: true }).waitFor();

  const phone = await open("185.21.100.7", { userAgent: IPHONE, viewport: { width: 390, height: 800 } });
  await signInByForm(phone, "main-job@example.org");

  const card = desk.getByRole("listitem").filter({ hasText: "185.21.100.7" }).first();
  await card.waitFor({ timeout: 3_000 });
  await expect.poll(() => card.innerText()).toMatch(/Safari on iOS 18[\s\S]*Active now|Active now[\s\S]*Safari on iOS 18/);

  await card.getByRole("button", { name: "Rename" }).click();
  await desk.getByLabel("Device name").fill("Kitchen phone");
  await desk.getByRole("button", { name: "Save" }).click();
  await desk.getByText("Kitchen phone").first().waitFor();
  await phone.getByText("Kitchen phone").first().waitFor({ timeout: 3_000 });

  await card.getByRole("button", { name: "End session" }).click();
  const dialog = desk.getByRole("dialog");
  await expect.poll(() => dialog.innerText()).toContain("Kitchen phone");
  const ended = Date.now();
  await Promise.all([
    phone.waitForURL("**/sign-in?ended=1**", { timeout: 5_000 }).then(() => expect(Date.now() - ended).toBeLessThan(1_000 + 500)),
    dialog.getByRole("button", { name: "End session" }).click(),
  ]);
  await expect.poll(() => phone.locator("body").innerText()).toMatch(/ended|signed out/);
  await expect.poll(() => phone.locator("body").innerText()).toContain("on Linux");
  await desk.getByText(/^Ended\. Last used/).waitFor();
  await expect.poll(() => desk.getByRole("button", { name: "End session" }).count()).toBe(0);

  await phone.goto("/devices");
  expect(new URL(phone.url()).pathname).toBe("/sign-in");
});

test("sign out everywhere else ends the others and keeps this one; signing out leaves nothing behind the back button", async () => {
  const here = await open("62.75.10.21");
  await signUp(here, "everywhere@example.org");
  const others = await Promise.all([open("62.75.10.22"), open("62.75.10.23")]);
  for (const other of others) await signIn(other, "everywhere@example.org");
  await here.getByRole("button", { name: "Sign out everywhere else" }).click();
  await here.getByRole("dialog").getByRole("button", { name: "Sign out everywhere else" }).click();
  await Promise.all(others.map((other) => other.waitForURL("**/sign-in?ended=1**", { timeout: 5_000 })));
  await here.reload();
  expect(new URL(here.url()).pathname).toBe("/devices");

  await here.getByRole("button", { name: "Sign out", exact: true }).click();
  await here.waitForURL("**/sign-in");
  await here.goBack();
  await here.waitForURL("**/sign-in**");
  expect(await here.getByText("Your devices").count()).toBe(0);
});

test("without JavaScript: sign up, sign in, end the other session, sign out", async () => {
  const first = await open("62.75.10.24", { javaScriptEnabled: false });
  await signUpByForm(first, "plain@example.org");
  const second = await open("62.75.10.25", { javaScriptEnabled: false });
  await signInByForm(second, "plain@example.org");
  await first.reload();
  await first.getByRole("button", { name: "End session" }).first().click();
  await first.waitForURL("**/devices**");
  expect(await first.getByRole("button", { name: "End session" }).count()).toBe(0);
  await second.goto("/devices");
  expect(second.url()).toContain("/sign-in?ended=1");
  expect(await second.locator("body").innerText()).toMatch(/ended|signed out/);
  await first.getByRole("button", { name: "Sign out", exact: true }).click();
  await first.waitForURL("**/sign-in");
  await first.goto("/devices");
  expect(first.url()).toContain("/sign-in?next=");
});

test("a browser that was away while its session was ended falls out when it is back", async () => {
  const here = await open("62.75.10.26");
  await signUp(here, "away@example.org");
  const away = await open("62.75.10.27");
  await signIn(away, "away@example.org");
  await away.context().setOffline(true);
  await here.reload();
  await here.getByRole("button", { name: "End session" }).first().click();
  await here.getByRole("dialog").getByRole("button", { name: "End session" }).click();
  await here.getByText(/^Ended\./).waitFor();
  await away.context().setOffline(false);
  await away.waitForURL("**/sign-in?ended=1**", { timeout: 10_000 });
});
