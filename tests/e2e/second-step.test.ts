import { Secret, TOTP } from "otpauth";
import type { Browser, BrowserContextOptions, Page } from "playwright";
import { beforeAll, describe, expect, test } from "vitest";
import { query } from "@/scripts/servers/query";
import { accessibilityTroubles } from "@/tests/support/accessibility";
import { enter, PASSWORD } from "@/tests/support/account-pages";
import { openBrowser } from "@/tests/support/browser";
import { codeTo, linkTo } from "@/tests/support/mail-links";
import { newDatabase } from "@/tests/support/new-database";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { startTestRedis } from "@/tests/support/test-redis";

let app: TestApp;
let inbox: TestMail;
let databaseUrl: string;
let browser: Browser;
let visitors = 0;

beforeAll(async () => {
  [inbox, databaseUrl] = [await startTestMail(), await newDatabase()];
  app = await startApp({ env: { DATABASE_URL: databaseUrl, REDIS_URL: (await startTestRedis()).url, TRUSTED_PROXY_HOPS: "1", ...inbox.env } });
  browser = await openBrowser();
}, 600_000);

async function open(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ baseURL: app.url, extraHTTPHeaders: { "x-forwarded-for": `62.75.10.${++visitors}` }, ...options });
  return context.newPage();
}

async function signedUp(email: string, options: BrowserContextOptions): Promise<Page> {
  const page = await open(options);
  await page.goto("/sign-up");
  await page.getByLabel("Name").fill("Ada Lovelace");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.waitForURL(/\/continue/);
  await giveCode(page, await codeTo(inbox, email));
  await page.waitForURL(/\/devices/);
  return page;
}

async function giveCode(page: Page, code: string): Promise<void> {
  await page.getByLabel("Code").fill(code);
  await page.getByRole("button", { name: "Continue" }).click();
}

/** A code of the app that was not used yet: each step's works once, and thirty seconds are long. */
async function appCode(secret: string): Promise<string> {
  await query(databaseUrl, "update totp_factors set last_step = 0");
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate();
}

async function wrongAppCode(secret: string): Promise<string> {
  return String((Number(await appCode(secret)) + 1) % 1_000_000).padStart(6, "0");
}

const keyOf = async (page: Page) => (await page.getByLabel("Key", { exact: true }).innerText()).replaceAll(" ", "");
const codesOf = (page: Page) => page.getByRole("list", { name: "Recovery codes" }).getByRole("listitem").allInnerTexts();

/** Ten recovery codes are hashed with it: a busy machine may ask to come again. */
async function switchOn(page: Page, secret: string): Promise<void> {
  const isOn = page.getByText("Your authenticator app is on.");
  for (let again = 0; again < 5; again++) {
    await giveCode(page, await appCode(secret));
    await isOn.or(page.getByText("Please try again in a moment.")).waitFor();
    if (await isOn.isVisible()) return;
  }
  throw new Error("the machine is too busy");
}

/** Sets the app up, from the page of security; its secret, and the recovery codes that come with it. */
async function setUp(page: Page): Promise<{ secret: string; codes: string[] }> {
  await page.goto("/security");
  await page.getByRole("button", { name: "Set up authenticator app" }).click();
  await page.waitForURL(/\/security\/authenticator/);
  const secret = await keyOf(page);
  await switchOn(page, secret);
  return { secret, codes: await codesOf(page) };
}

async function signOut(page: Page): Promise<void> {
  await page.context().clearCookies({ name: "latchkey" });
}

/** As if everybody had signed in a while ago. */
const provenLongAgo = () => query(databaseUrl, "update sessions set proven_at = proven_at - interval '20 minutes'");

const main = (page: Page) => page.locator("main").innerText();

describe.each([true, false])("with JavaScript: %s", (javaScriptEnabled) => {
  const options = { javaScriptEnabled };
  const address = (name: string) => `${name}-${javaScriptEnabled}@example.org`;

  test("set up, asked for on another browser, and a recovery code in its place", async () => {
    const email = address("ada");
    const page = await signedUp(email, options);
    await page.goto("/security");
    expect(await main(page)).toContain("Your password alone opens your account.");
    await page.getByRole("button", { name: "Set up authenticator app" }).click();
    await page.waitForURL(/\/security\/authenticator/);
    await giveCode(page, "12345");
    await page.getByText("A code has six digits.").waitFor();
    const secret = await keyOf(page);
    await giveCode(page, await wrongAppCode(secret));
    await page.getByText("This code is not right.").waitFor();
    expect(await keyOf(page), "the same key goes on").toBe(secret);
    await switchOn(page, secret);
    const codes = await codesOf(page);
    expect(codes).toHaveLength(10);
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download" }).click();
    expect((await download).suggestedFilename()).toBe("recovery-codes.txt");
    await page.getByRole("link", { name: "I have kept them" }).click();
    await page.waitForURL(/\/security$/);
    await page.getByText("Your account is well protected.").waitFor();
    expect(await main(page)).toContain("10 of 10 left");
    expect(await page.getByRole("list", { name: "Recovery codes" }).count()).toBe(0);

    const other = await open(options);
    await enter(other, email, PASSWORD);
    await other.waitForURL(/\/continue/);
    expect(await main(other)).toContain("Enter the code of your authenticator app");
    await giveCode(other, await wrongAppCode(secret));
    await other.getByText("4 tries are left").waitFor();
    await giveCode(other, await appCode(secret));
    await other.waitForURL(/\/devices/);

    const third = await open(options);
    await enter(third, email, PASSWORD);
    await third.waitForURL(/\/continue/);
    await third.getByRole("link", { name: "Use a recovery code" }).click();
    await third.waitForURL(/way=recovery_code/);
    await giveCode(third, "not a code");
    await third.getByText("A recovery code has 16 letters and digits.").waitFor();
    await giveCode(third, (codes[0] as string).toLowerCase().replaceAll("-", " "));
    await third.waitForURL(/\/devices/);
    await third.goto("/security");
    expect(await main(third)).toContain("9 of 10 left");
    await third.goto("/activity");
    for (const words of ["You set up an authenticator app", "Someone typed a wrong code of your authenticator app", "A recovery code was used"]) expect(await main(third)).toContain(words);

    const fourth = await open(options);
    await enter(fourth, email, PASSWORD);
    await fourth.waitForURL(/\/continue/);
    await fourth.goto("/continue?way=recovery_code");
    await giveCode(fourth, codes[0] as string);
    await fourth.getByText("4 tries are left").waitFor();
  });

  test("not asked again where that was ticked, until the trust is taken back", async () => {
    const email = address("trusting");
    const page = await signedUp(email, options);
    const { secret } = await setUp(page);
    await signOut(page);
    await enter(page, email, PASSWORD);
    await page.waitForURL(/\/continue/);
    await page.getByLabel("Don't ask again on this device").check();
    await giveCode(page, await wrongAppCode(secret));
    await page.getByText("4 tries are left").waitFor();
    expect(await page.getByLabel("Don't ask again on this device").isChecked()).toBe(true);
    await giveCode(page, await appCode(secret));
    await page.waitForURL(/\/devices/);
    await page.goto("/security");
    expect(await main(page)).toContain("On one device the second step is not asked again");
    await signOut(page);
    await enter(page, email, PASSWORD);
    await page.waitForURL(/\/devices/);
    expect(await main(page)).toContain("Second step not asked here until");
    await page.getByRole("button", { name: "Stop trusting" }).click();
    await page.getByRole("button", { name: "Stop trusting" }).waitFor({ state: "detached" });
    await signOut(page);
    await enter(page, email, PASSWORD);
    await page.waitForURL(/\/continue/);
  });

  test("changed by who proves it once more: new recovery codes, and turned off", async () => {
    const email = address("changing");
    const page = await signedUp(email, options);
    const { secret, codes } = await setUp(page);
    await provenLongAgo();
    await page.goto("/security");
    await press(page, "Make new recovery codes");
    await page.waitForURL(/\/confirm/);
    expect(await main(page)).toContain("authenticator app");
    await giveCode(page, await wrongAppCode(secret));
    await page.getByText("This code is not right.").waitFor();
    await giveCode(page, await appCode(secret));
    await page.waitForURL(/\/security#recovery-codes/);
    await page.getByText("press “Make new recovery codes” once more").waitFor();
    await press(page, "Make new recovery codes");
    await expect.poll(() => codesOf(page)).toHaveLength(10);
    expect(await codesOf(page)).not.toEqual(codes);
    await provenLongAgo();
    await press(page, "Turn off");
    await page.waitForURL(/\/confirm/);
    await page.getByRole("link", { name: "Use a recovery code" }).click();
    await page.waitForURL(/way=recovery_code/);
    await giveCode(page, codes[1] as string);
    await page.getByText("This code is not right.").waitFor();
    await page.getByRole("link", { name: "Use your authenticator app" }).click();
    await page.waitForURL(/way=totp/);
    await giveCode(page, await appCode(secret));
    await page.waitForURL(/\/security#authenticator-app/);
    await press(page, "Turn off");
    await page.getByRole("button", { name: "Set up authenticator app" }).waitFor();
    expect(await main(page)).toContain("Your password alone opens your account.");
    await signOut(page);
    await enter(page, email, PASSWORD);
    await page.waitForURL(/\/devices/);
  });

  /** With scripts a dialog asks once more. */
  async function press(page: Page, name: string): Promise<void> {
    await page.getByRole("button", { name }).click();
    if (javaScriptEnabled) await page.getByRole("dialog").getByRole("button", { name }).click();
  }
});

test("a way that rests says until when, and the others stay; no try is left says so", async () => {
  const email = "rests@example.org";
  const { codes } = await setUp(await signedUp(email, {}));
  await query(databaseUrl, "insert into second_step_guesses (user_id, way, device_known, taken_at, since_success) select id, 'totp', false, array_fill(clock_timestamp(), array[10]), 10 from users where email_key = $1", [email]);
  const page = await open({ timezoneId: "UTC" });
  await enter(page, email, PASSWORD);
  await page.waitForURL(/\/continue/);
  await giveCode(page, "123456");
  await page.getByText(/Too many were wrong: codes of the app rest until \d\d:\d\d/).waitFor();
  await page.getByRole("link", { name: "Use a recovery code" }).click();
  await page.waitForURL(/way=recovery_code/);
  for (let left = 4; left > 0; left--) {
    await giveCode(page, "0000-0000-0000-0000");
    await page.getByText(left === 1 ? "One try is left" : `${left} tries are left`).waitFor();
  }
  await giveCode(page, "0000-0000-0000-0000");
  await page.getByRole("heading", { name: "No tries are left" }).waitFor();
  await page.getByRole("link", { name: "Start again" }).click();
  await enter(page, email, PASSWORD);
  await page.waitForURL(/\/continue/);
  await page.goto("/continue?way=recovery_code");
  await giveCode(page, codes[0] as string);
  await page.waitForURL(/\/devices/);
});

test("after a reset the passkeys that open the account too are shown, and the second step is asked as before", async () => {
  const email = "reset@example.org";
  const page = await signedUp(email, {});
  await setUp(page);
  await query(databaseUrl, "insert into passkeys (id, user_id, credential_id, public_key, counter, synced, name, number) select gen_random_uuid(), id, 'reset', 'none', 0, true, 'Somebody’s key', 1 from users where email_key = $1", [email]);
  await page.goto("/forgot");
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: "Send link" }).click();
  await page.goto(await linkTo(inbox, email, "reset"));
  await page.getByLabel("New password").fill("eleven green ladders");
  await page.getByRole("button", { name: "Set new password" }).click();
  await page.getByRole("heading", { name: "Your new password is set" }).waitFor();
  for (const words of ["This passkey opens it too:", "Somebody’s key", "sign in and remove it", "Your second step is asked as before."]) expect(await main(page)).toContain(words);
  expect(await accessibilityTroubles(page)).toEqual([]);
  await page.getByRole("link", { name: "Sign in" }).click();
  await enter(page, email, "eleven green ladders");
  await page.waitForURL(/\/continue/);
});

test.each(["light", "dark"] as const)("in the %s none of its pages has an accessibility violation, a complaint in the console or sideways scroll", async (colorScheme) => {
  const email = `a-rather-long-name.of-somebody-somewhere-${colorScheme}@example.org`;
  const page = await signedUp(email, { colorScheme, timezoneId: "Asia/Kathmandu" });
  const found: string[] = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && found.push(`${page.url()}: ${message.text()}`));
  page.on("pageerror", (error) => found.push(`${page.url()}: ${error.message}`));
  async function look(name: string): Promise<void> {
    for (const width of [320, 768, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      found.push(...(await accessibilityTroubles(page, { name: `${name} at ${width} px` })));
    }
  }
  await page.goto("/security");
  await look("security");
  await page.getByRole("button", { name: "Set up authenticator app" }).click();
  await page.waitForURL(/\/security\/authenticator/);
  await look("set-up");
  const secret = await keyOf(page);
  await giveCode(page, await wrongAppCode(secret));
  await page.getByText("This code is not right.").waitFor();
  await look("set-up-wrong");
  await switchOn(page, secret);
  await look("recovery-codes");
  await page.goto("/security/authenticator");
  await look("nothing-set-up");
  await query(databaseUrl, "update recovery_codes set used_at = clock_timestamp() where selector in (select selector from recovery_codes where user_id = (select id from users where email_key = $1) limit 8)", [email]);
  await query(databaseUrl, "insert into passkeys (id, user_id, credential_id, public_key, counter, synced, name, number, last_used_at) select gen_random_uuid(), id, gen_random_uuid()::text, 'none', 0, true, 'The rather long name of a key that is kept in more than one place', 1, clock_timestamp() from users where email_key = $1", [email]);
  await page.goto("/security");
  await look("security-on");
  await page.getByRole("button", { name: "Turn off" }).click();
  await look("turn-off");
  await page.keyboard.press("Escape");
  await provenLongAgo();
  await page.goto("/confirm?next=/security");
  await look("confirm");
  await signOut(page);
  await enter(page, email, PASSWORD);
  await page.waitForURL(/\/continue/);
  await page.goto("/continue?way=totp");
  await look("continue-app");
  await page.goto("/continue?way=recovery_code");
  await giveCode(page, "ABCD-EFGH-JKMN-PQRS");
  await page.getByText("4 tries are left").waitFor();
  await look("continue-recovery-code");
  await page.goto("/continue?way=totp");
  await page.getByLabel("Don't ask again on this device").check();
  await giveCode(page, await appCode(secret));
  await page.waitForURL(/\/devices/);
  await page.getByText("Second step not asked here").waitFor();
  await look("trusted");
  expect(found).toEqual([]);
});

test("by keyboard alone, in the order of the page", async () => {
  const email = "keys@example.org";
  const page = await signedUp(email, {});
  await page.goto("/security");
  await page.getByRole("button", { name: "Set up authenticator app" }).focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/security\/authenticator/);
  const secret = await keyOf(page);
  await page.getByLabel("Code").focus();
  await page.keyboard.type(await wrongAppCode(secret));
  await page.keyboard.press("Enter");
  await page.getByText("This code is not right.").waitFor();
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("code");
  // What is wrong is selected: the right one is typed over it.
  await page.keyboard.type(await appCode(secret));
  await page.keyboard.press("Enter");
  await page.getByText("Your authenticator app is on.").waitFor();
  expect(await page.getByRole("status").filter({ hasText: "Your authenticator app is on." }).count()).toBe(1);
  await signOut(page);
  await enter(page, email, PASSWORD);
  await page.waitForURL(/\/continue/);
  await page.getByLabel("Code").focus();
  await page.keyboard.type(await appCode(secret));
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Continue");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/devices/);
  await page.getByText("Second step not asked here").waitFor();
});
