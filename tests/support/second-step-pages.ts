import { Secret, TOTP } from "otpauth";
import type { Browser, BrowserContextOptions, Page } from "playwright";
import { query } from "@/scripts/servers/query";
import { giveCode, signUpByCode } from "./account-pages";
import { openBrowser } from "./browser";
import { newDatabase } from "./new-database";
import { startApp, type TestApp } from "./start-app";
import { startTestMail, type TestMail } from "./test-mail";
import { startTestRedis } from "./test-redis";

/** `app`: where it is reached. */
export type World = { app: Pick<TestApp, "url">; inbox: TestMail; databaseUrl: string; browser: Browser };

let visitors = 0;

export async function openWorld(env: Record<string, string> = {}): Promise<World> {
  const [inbox, databaseUrl] = [await startTestMail(), await newDatabase()];
  const app = await startApp({ env: { DATABASE_URL: databaseUrl, REDIS_URL: (await startTestRedis()).url, TRUSTED_PROXY_HOPS: "1", ...inbox.env, ...env } });
  return { app, inbox, databaseUrl, browser: await openBrowser() };
}

/** A browser that was never here, from an address of its own. */
export async function openPage({ app, browser }: World, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ baseURL: app.url, extraHTTPHeaders: { "x-forwarded-for": `62.75.10.${++visitors}` }, ...options });
  return context.newPage();
}

export async function signedUp(world: World, email: string, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await openPage(world, options);
  await signUpByCode(page, world.inbox, email);
  return page;
}

/** A code of the app that was not used yet: each step's works once, and thirty seconds are long. */
export async function appCode({ databaseUrl }: World, secret: string): Promise<string> {
  await query(databaseUrl, "update totp_factors set last_step = 0");
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate();
}

export async function wrongAppCode(world: World, secret: string): Promise<string> {
  return String((Number(await appCode(world, secret)) + 1) % 1_000_000).padStart(6, "0");
}

export async function keyOf(page: Page): Promise<string> {
  return (await page.getByLabel("Key", { exact: true }).innerText()).replaceAll(" ", "");
}

export function codesOf(page: Page): Promise<string[]> {
  return page.getByRole("list", { name: "Recovery codes" }).getByRole("listitem").allInnerTexts();
}

/** Ten recovery codes are hashed with it: a busy machine may ask to come again. */
export async function switchOn(world: World, page: Page, secret: string): Promise<void> {
  const isOn = page.getByText("Your authenticator app is on.");
  for (let again = 0; again < 5; again++) {
    await giveCode(page, await appCode(world, secret));
    await isOn.or(page.getByText("Please try again in a moment.")).waitFor();
    if (await isOn.isVisible()) return;
  }
  throw new Error("the machine is too busy");
}

/** Sets the app up, from the page of security; its secret, and the recovery codes that come with it. */
export async function setUp(world: World, page: Page): Promise<{ secret: string; codes: string[] }> {
  await page.goto("/security");
  await page.getByRole("button", { name: "Set up authenticator app" }).click();
  await page.waitForURL(/\/security\/authenticator/);
  const secret = await keyOf(page);
  await switchOn(world, page, secret);
  return { secret, codes: await codesOf(page) };
}

/** The session's cookie goes, the device's stays. */
export async function leave(page: Page): Promise<void> {
  await page.context().clearCookies({ name: /latchkey$/ });
}

/** As if everybody had signed in a while ago. */
export async function provenLongAgo({ databaseUrl }: World): Promise<void> {
  await query(databaseUrl, "update sessions set proven_at = proven_at - interval '20 minutes'");
}

export function mainText(page: Page): Promise<string> {
  return page.locator("main").innerText();
}
