import type { Browser, Page } from "playwright";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { query } from "@/scripts/servers/query";
import { accessibilityTroubles } from "@/tests/support/accessibility";
import { enter, signIn } from "@/tests/support/account-pages";
import { openBrowser } from "@/tests/support/browser";
import { codeTo } from "@/tests/support/mail-links";
import { newDatabase } from "@/tests/support/new-database";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { startTestRedis } from "@/tests/support/test-redis";
import { addAuthenticator } from "@/tests/support/virtual-authenticator";
import { writeAccount } from "@/tests/support/written-accounts";

let app: TestApp;
let inbox: TestMail;
let browser: Browser;
let databaseUrl: string;
let made = 0;

beforeAll(async () => {
  [inbox, databaseUrl] = [await startTestMail(), await newDatabase()];
  app = await startApp({ env: { DATABASE_URL: databaseUrl, REDIS_URL: (await startTestRedis()).url, RISK: "off", ...inbox.env } });
  browser = await openBrowser();
}, 900_000);

const PASSKEY = { name: "Use a passkey" };
const KNOWN = "seventeen blue kettles";

/**
 * A browser of its own; `found`: what it complained about. What a person chooses in the list of a field, Chromium's own authenticator
 * gives by itself as soon as it is offered, so only `autofill` offers it.
 */
async function open({ autofill = false } = {}): Promise<{ page: Page; found: string[] }> {
  const page = await (await browser.newContext({ baseURL: app.url })).newPage();
  if (!autofill) await page.addInitScript("PublicKeyCredential.isConditionalMediationAvailable = async () => false");
  const found: string[] = [];
  // That a call was refused with 401 or 403 Chromium writes down by itself.
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && !/status of 40[13]/.test(message.text()) && found.push(`${page.url()}: ${message.text()}`));
  page.on("pageerror", (error) => found.push(`${page.url()}: ${error.message}`));
  return { page, found };
}

async function signedIn(page: Page): Promise<{ id: string; email: string }> {
  const account = await writeAccount(databaseUrl);
  await signIn(page, account.email, KNOWN);
  return account;
}

/** Adds one on the page of security. */
async function addPasskey(page: Page): Promise<void> {
  await page.goto("/security");
  const before = await page.getByRole("button", { name: "Remove" }).count();
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await expect.poll(() => page.getByRole("list", { name: "Passkeys" }).getByRole("listitem").count(), { timeout: 20_000 }).toBe(before + 1);
}

async function signOut(page: Page): Promise<void> {
  await page.context().clearCookies({ name: "latchkey" });
  await page.context().clearCookies({ name: "latchkey-proof" });
}

const passkeysOf = (id: string) => query<{ name: string; synced: boolean; used: boolean }>(databaseUrl, "select name, synced, last_used_at is not null as used from passkeys where user_id = $1 order by id", [id]);

describe("an account without a password", () => {
  test("is made with a passkey, and opened with it alone", async () => {
    const email = `keyholder-${++made}@example.com`;
    const { page, found } = await open();
    const authenticator = await addAuthenticator(page);
    await page.goto("/sign-up");
    await page.getByRole("button", PASSKEY).click();
    expect(await authenticator.count(), "nothing is made before name and address are there").toBe(0);
    await page.getByLabel("Name").fill("Ada Lovelace");
    await page.getByLabel("Email").fill(email);
    await page.getByRole("button", PASSKEY).click();
    await page.waitForURL("**/continue");
    expect(await authenticator.count()).toBe(1);
    await page.getByLabel("Code").fill(await codeTo(inbox, email));
    await page.getByRole("button", { name: "Continue" }).click();
    await page.waitForURL("**/devices");
    expect(await query(databaseUrl, "select password_hash from users where email_key = $1", [email])).toEqual([{ password_hash: null }]);
    expect(await page.getByText("Next time without a password?").count()).toBe(0);

    await signOut(page);
    await page.goto("/sign-in?next=%2Factivity");
    await page.getByRole("button", PASSKEY).click();
    await page.waitForURL("**/activity");
    expect(found).toEqual([]);
  });

  test("cannot lose its last way in", async () => {
    const { page } = await open();
    await addAuthenticator(page);
    const { id } = await signedIn(page);
    await addPasskey(page);
    await query(databaseUrl, "update users set password_hash = null where id = $1", [id]);
    await page.goto("/security");
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.getByText(/Nothing else would open your account/).waitFor();
    expect(await passkeysOf(id)).toHaveLength(1);
  });
});

describe("a passkey", () => {
  test("is offered once after a password, added, named and removed", async () => {
    const { page, found } = await open();
    await addAuthenticator(page, { synced: true });
    const { id } = await signedIn(page);
    const offer = page.getByText("Next time without a password?");
    await offer.waitFor();
    found.push(...(await accessibilityTroubles(page, { name: "the offer" })));
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.getByText("Passkey added.").waitFor();
    await offer.waitFor({ state: "detached" });
    expect(await passkeysOf(id)).toEqual([{ name: expect.any(String), synced: true, used: false }]);

    await page.goto("/security");
    await page.getByText("Synced").waitFor();
    await page.getByRole("button", { name: "Rename" }).click();
    await page.getByLabel("Name of the passkey").fill("The blue laptop");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("The blue laptop").waitFor();
    found.push(...(await accessibilityTroubles(page, { name: "a passkey" })));
    // The authenticator has one already.
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.getByText("There is a passkey of your account on this device already.").waitFor();
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.getByText("Passkey removed.").waitFor();
    expect(await passkeysOf(id)).toEqual([]);
    await page.goto("/devices");
    await page.getByRole("heading", { name: "Your devices" }).waitFor();
    await page.waitForTimeout(500);
    expect(await offer.count(), "once").toBe(0);
    expect(found).toEqual([]);
  });

  test("is made of nobody, where the session has ended unnoticed", async () => {
    const { page } = await open();
    const authenticator = await addAuthenticator(page);
    await signedIn(page);
    await page.goto("/security");
    await signOut(page);
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.waitForURL(/\/sign-in\?/);
    expect(await authenticator.count()).toBe(0);
  });

  test("is chosen in the list of the field for the address", async () => {
    const { page, found } = await open({ autofill: true });
    const authenticator = await addAuthenticator(page);
    await signedIn(page);
    await addPasskey(page);
    await signOut(page);
    await page.goto("/sign-in?next=%2Factivity");
    await page.waitForURL("**/activity");
    expect(found).toEqual([]);

    // Offered there and waiting, it is in nobody's way: not of a password that is wrong, nor of the right one.
    const other = await writeAccount(databaseUrl);
    await signOut(page);
    await authenticator.touch(false);
    await enter(page, other.email, "a wrong phrase of many words");
    await page.getByText("The email or password is not right.").waitFor();
    await page.getByLabel("Password", { exact: true }).fill(KNOWN);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL("**/devices");
    expect(found).toEqual([]);
  });

  test("that was asked for by the button is waited for, though the list's challenge comes after its own", async () => {
    const { page } = await open({ autofill: true });
    const authenticator = await addAuthenticator(page);
    await authenticator.touch(false);
    const challenge = "**/api/auth/passkeys/challenge";
    let [asked, comes] = [0, () => {}];
    const late = new Promise<void>((resolve) => (comes = resolve));
    await page.route(challenge, async (route) => {
      if (++asked === 1) await late;
      // Who asked may want it no more.
      await route.continue().catch(() => {});
    });
    await page.goto("/sign-in");
    await expect.poll(() => asked).toBe(1);
    const answered = page.waitForResponse(challenge);
    await page.getByRole("button", PASSKEY).click();
    await answered;
    const waiting = page.getByRole("button", { name: "Waiting for your passkey…" });
    await waiting.waitFor();
    comes();
    await page.waitForTimeout(500);
    expect(await waiting.count()).toBe(1);
    expect(asked).toBe(2);
  });

  test("that is on a key of its own is the second of two, each opens the account", async () => {
    const { page } = await open();
    const platform = await addAuthenticator(page);
    const { id } = await signedIn(page);
    await addPasskey(page);
    await platform.touch(false);
    const key = await addAuthenticator(page, { transport: "usb" });
    await addPasskey(page);
    expect(await key.count()).toBe(1);
    expect((await passkeysOf(id)).map(({ name }) => name)).toContain("Security key");
    await signOut(page);
    await page.goto("/sign-in");
    await page.getByRole("button", PASSKEY).click();
    await page.waitForURL("**/devices");
    expect((await passkeysOf(id)).map(({ used }) => used)).toEqual([false, true]);
  });

  test("steps up, and is the second step after the password where its owner wants it", async () => {
    const { page, found } = await open();
    await addAuthenticator(page);
    const { id, email } = await signedIn(page);
    await addPasskey(page);
    await query(databaseUrl, "update sessions set proven_at = proven_at - interval '1 hour' where user_id = $1", [id]);
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.waitForURL("**/confirm?**");
    found.push(...(await accessibilityTroubles(page, { name: "a step-up" })));
    await page.getByRole("button", PASSKEY).click();
    await page.waitForURL("**/security**");
    await page.getByText(/Nothing has been changed yet: press “Add a passkey” once more/).waitFor();

    await query(databaseUrl, "update users set second_step = true where id = $1", [id]);
    await signOut(page);
    await enter(page, email, KNOWN);
    await page.waitForURL("**/continue");
    found.push(...(await accessibilityTroubles(page, { name: "a second step" })));
    await page.getByLabel("Don't ask again on this device").check();
    await page.getByRole("button", PASSKEY).click();
    await page.waitForURL("**/devices");
    await signOut(page);
    await enter(page, email, KNOWN);
    await page.waitForURL("**/devices");
    expect(found).toEqual([]);
  });
});

describe("where it does not come about", () => {
  test("calm words say so: of who was not recognised, and of a key that recognises nobody", async () => {
    const { page, found } = await open();
    const authenticator = await addAuthenticator(page);
    const { id } = await signedIn(page);
    await addPasskey(page);
    await signOut(page);
    await authenticator.recognise(false);
    await page.goto("/sign-in");
    await page.getByRole("button", PASSKEY).click();
    await page.getByText("No passkey was used: it was cancelled, or took too long. You can try again.").waitFor();
    found.push(...(await accessibilityTroubles(page, { name: "not recognised" })));
    expect(await query(databaseUrl, "select id from sessions where user_id = $1 and ended_at is null", [id])).toHaveLength(1);
    expect(found).toEqual([]);

    const other = await open();
    await addAuthenticator(other.page, { transport: "usb", verifies: false });
    await signedIn(other.page);
    await other.page.goto("/security");
    await other.page.getByRole("button", { name: "Add a passkey" }).click();
    await other.page.getByRole("alert").filter({ hasText: /passkey|cancelled/ }).waitFor();
  });

  test("without scripts, and at an address that has no name, nothing is said about passkeys", async () => {
    const plain = await (await browser.newContext({ baseURL: app.url, javaScriptEnabled: false })).newPage();
    for (const path of ["/sign-in", "/sign-up"]) {
      await plain.goto(path);
      expect(await plain.locator("main").innerText()).not.toMatch(/passkey/i);
    }
    const page = await (await browser.newContext({ baseURL: app.url.replace("localhost", "127.0.0.1") })).newPage();
    await page.goto("/sign-in");
    await page.waitForLoadState("networkidle");
    expect(await page.getByRole("button", PASSKEY).count()).toBe(0);
  });

  test("a passkey that was removed is not known any more, and says no more than a wrong one", async () => {
    const { page } = await open();
    await addAuthenticator(page);
    const { id } = await signedIn(page);
    await addPasskey(page);
    await query(databaseUrl, "delete from passkeys where user_id = $1", [id]);
    await signOut(page);
    await page.goto("/sign-in");
    await page.getByRole("button", PASSKEY).click();
    await page.getByText("This passkey does not open an account here.").waitFor();
    await vi.waitFor(async () => expect(await query(databaseUrl, "select id from events where type = 'sign_in.failed'")).not.toEqual([]), 5_000);
  });
});
