import type { Browser, BrowserContextOptions, Page } from "playwright";
import { beforeAll, describe, expect, test } from "vitest";
import { query } from "@/scripts/servers/query";
import { enter, enterNew, giveCode, PASSWORD, signUpByCode } from "@/tests/support/account-pages";
import { changedBehindTheBack } from "@/tests/support/changed-behind-the-back";
import { openBrowser } from "@/tests/support/browser";
import { codeTo, linkTo, wrongCode } from "@/tests/support/mail-links";
import { newDatabase } from "@/tests/support/new-database";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { startTestRedis } from "@/tests/support/test-redis";

const NEXT = "eleven green ladders";
const GERMANY = "62.75.10";
const ABROAD = "8.8.8.8";

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

/** A browser of its own, from an address that nobody else has. */
async function open(options: BrowserContextOptions = {}, address = `${GERMANY}.${++visitors}`): Promise<Page> {
  const context = await browser.newContext({ baseURL: app.url, extraHTTPHeaders: { "x-forwarded-for": address }, ...options });
  return context.newPage();
}

async function beginSignUp(page: Page, email: string): Promise<void> {
  await enterNew(page, email);
  await page.waitForURL("**/continue");
}

/** A new account, its address proven, its browser at its devices. */
async function signedUp(email: string, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await open(options);
  await signUpByCode(page, inbox, email);
  return page;
}

async function setPassword(page: Page, password: string): Promise<void> {
  await page.getByLabel("New password").fill(password);
  await page.getByRole("button", { name: "Set new password" }).click();
  await page.getByRole("heading", { name: "Your new password is set" }).waitFor();
}

const cookies = async (page: Page) => (await page.context().cookies()).map(({ name }) => name);
const text = (page: Page) => page.locator("main").innerText();
/** The pause between two codes is over. */
const later = (email: string) => query(databaseUrl, "update attempts set sent_at = sent_at - interval '61 seconds', created_at = created_at - interval '61 seconds' where email_key = $1", [email]);

describe.each([true, false])("with JavaScript: %s", (javaScriptEnabled) => {
  const options = { javaScriptEnabled };
  const address = (name: string) => `${name}-${javaScriptEnabled}@example.org`;

  test("signing up asks for the code from the mail; a wrong one says how many tries are left; a second one is sent; both work", async () => {
    const email = address("new");
    const page = await open(options);
    await page.goto("/sign-up?next=/security");
    await beginSignUp(page, email);
    expect(await text(page)).toContain(email);
    const first = await codeTo(inbox, email);
    await giveCode(page, wrongCode(first));
    await page.getByText("This code is not right. 4 tries are left.").waitFor();
    await giveCode(page, "12345");
    await page.getByText("A code has six digits.").waitFor();
    await giveCode(page, wrongCode(first, 2));
    await page.getByText("3 tries are left.").waitFor();

    const another = page.getByRole("button", { name: "Send another code" });
    if (javaScriptEnabled) {
      expect(await another.getAttribute("aria-disabled")).toBe("true");
      expect(await text(page)).toMatch(/Two more codes can be sent, the next in \d+ s/);
    } else {
      await another.click();
      await page.getByText(/Another code can be sent in \d+ seconds?\./).waitFor();
    }
    await later(email);
    await page.goto("/continue");
    await another.click();
    await page.getByText("Another code is on its way.").waitFor();
    expect(await text(page)).toContain("One more code can be sent");
    await codeTo(inbox, email, 2);
    await giveCode(page, ` ${first.slice(0, 3)} ${first.slice(3)} `);
    await page.waitForURL("**/security");
    expect(await cookies(page)).not.toContain("latchkey-attempt");
    await page.goto("/continue");
    await page.getByRole("heading", { name: "Nothing is under way" }).waitFor();
  });

  test("a wrong address is put right without typing the rest again, and stands in no URL", async () => {
    const [wrong, right] = [address("tpyo"), address("typo")];
    const page = await open(options);
    const urls: string[] = [];
    page.on("request", (request) => urls.push(request.url()));
    await page.goto("/sign-up?next=/profile");
    await beginSignUp(page, wrong);
    await page.getByRole("link", { name: "Wrong address?" }).click();
    await page.waitForURL("**/sign-up?next=%2Fprofile");
    expect([await page.getByLabel("Name").inputValue(), await page.getByLabel("Email").inputValue(), await page.getByLabel("Password", { exact: true }).inputValue()]).toEqual(["Ada Lovelace", wrong, ""]);
    await beginSignUp(page, right);
    await giveCode(page, await codeTo(inbox, right));
    await page.waitForURL("**/profile");
    expect(urls.filter((url) => /tpyo|typo|Lovelace/.test(url))).toEqual([]);
    expect(await cookies(page)).not.toContain("latchkey-typed");
  });

  test("after the fifth wrong code it is over, and says so", async () => {
    const email = address("guess");
    const page = await open(options);
    await page.goto("/sign-up");
    await beginSignUp(page, email);
    const code = await codeTo(inbox, email);
    for (let guess = 1; guess <= 5; guess++) {
      await giveCode(page, wrongCode(code, guess));
      if (guess < 5) await page.getByText(guess === 4 ? "One try is left." : `${5 - guess} tries are left.`).waitFor();
    }
    await page.getByRole("heading", { name: "No tries are left" }).waitFor();
    await page.getByRole("link", { name: "Start again" }).click();
    await page.waitForURL("**/sign-up");
  });

  test("a sign-in from abroad asks for a code and says why; “Not you?” gives it up", async () => {
    const email = address("abroad");
    await signedUp(email, options);
    await query(databaseUrl, "update users set created_at = created_at - interval '2 days' where email_key = $1", [email]);
    const page = await open(options, ABROAD);
    await enter(page, email, PASSWORD);
    await page.waitForURL("**/continue");
    expect(await text(page)).toContain("the account was not used from this country in the last 90 days");
    await codeTo(inbox, email, 2);
    await page.getByRole("link", { name: "Not you?" }).click();
    await page.waitForURL("**/sign-in");
    expect(await cookies(page)).not.toContain("latchkey-attempt");
    await enter(page, email, PASSWORD);
    await page.waitForURL("**/continue");
    await giveCode(page, await codeTo(inbox, email, 3));
    await page.waitForURL("**/devices");
    await linkTo(inbox, email, "not-me");
  });

  test("a new device, a mail, “This wasn't me”: the stranger falls out within a second, and a new password lets the owner in", async () => {
    const email = address("thief");
    const owner = await signedUp(email, options);
    const stranger = await open({ userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0" }, ABROAD);
    await enter(stranger, email, PASSWORD);
    await stranger.getByText("Live", { exact: true }).waitFor();

    await owner.goto(await linkTo(inbox, email, "not-me"));
    expect(owner.url()).toBe(`${app.url}/not-me`);
    expect(await text(owner)).toMatch(/t•••@example\.org[\s\S]*Firefox on Linux[\s\S]*United States[\s\S]*8\.8\.8\.8/);
    expect(await text(owner)).not.toContain(email);
    expect(await owner.getByLabel("Sign out everywhere").isChecked()).toBe(true);
    const pressed = Date.now();
    await Promise.all([
      stranger.waitForURL("**/sign-in?ended=1**", { timeout: 5_000 }).then(() => expect(Date.now() - pressed).toBeLessThan(1_000 + 500)),
      owner.getByRole("button", { name: "This wasn't me" }).click(),
    ]);
    await owner.waitForURL("**/reset");
    expect(await text(owner)).toContain("2 sessions have ended");
    await setPassword(owner, NEXT);
    await owner.reload();
    await owner.getByRole("link", { name: "Sign in" }).click();
    await owner.waitForURL("**/sign-in**");
    await enter(owner, email, PASSWORD);
    await owner.getByText(/not right/).first().waitFor();
    await enter(owner, email, NEXT);
    await owner.waitForURL("**/devices");
    await enter(stranger, email, PASSWORD);
    await stranger.getByText(/not right/).first().waitFor();
  });

  test("a forgotten password is set anew by a link that works once; nobody learns who has an account", async () => {
    const email = address("forgot");
    await signedUp(email, options);
    const page = await open(options);
    await page.goto("/sign-in");
    await page.getByRole("link", { name: "Forgot password?" }).click();
    await page.waitForURL("**/forgot");
    const answers: string[] = [];
    for (const asked of [address("nobody"), email]) {
      await page.goto("/forgot");
      await page.getByLabel("Email").fill(asked);
      await page.getByRole("button", { name: "Send link" }).click();
      await page.getByText("If there is an account for").waitFor();
      answers.push((await text(page)).replaceAll(asked, ""));
    }
    expect(answers[0]).toBe(answers[1]);
    const link = await linkTo(inbox, email, "reset");
    await page.goto(link);
    expect(page.url()).toBe(`${app.url}/reset`);
    expect(await text(page)).toContain("f•••@example.org");
    await page.getByLabel("New password").fill("short");
    await page.getByRole("button", { name: "Set new password" }).click();
    await page.getByText(/At least 15 characters/).first().waitFor();
    await setPassword(page, NEXT);
    await page.goto(link);
    await page.getByRole("heading", { name: "This link does not work any more" }).waitFor();
    await page.getByRole("link", { name: "Ask for a new link" }).click();
    await page.waitForURL("**/forgot");
    await enter(page, email, NEXT);
    await page.waitForURL("**/devices");
    expect(await inbox.mails(address("nobody"))).toEqual([]);
  });

  test("a change of address is undone by the old one's mail, and a link that comes late leads on by another mail", async () => {
    const [email, thiefs] = [address("undo"), address("thiefs")];
    const page = await signedUp(email, options);
    const token = await changedBehindTheBack(databaseUrl, email, thiefs);
    await page.goto(`/undo?token=${token}`);
    expect(page.url()).toBe(`${app.url}/undo`);
    expect(await text(page)).toContain(thiefs);
    await page.getByRole("button", { name: "Undo this change" }).click();
    await page.getByRole("heading", { name: "That is taken back" }).waitFor();
    expect(await text(page)).toContain("A mail with a link to set a new one is on its way to u•••@example.org");
    await page.goto(await linkTo(inbox, email, "reset"));
    await setPassword(page, NEXT);
    await enter(page, email, NEXT);
    await page.waitForURL("**/devices");
  });
});

test("what a link opened is worth nothing on another page, in another browser, or ten minutes later", async () => {
  const email = "elsewhere@example.org";
  const page = await signedUp(email);
  await page.goto("/forgot");
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: "Send link" }).click();
  const link = await linkTo(inbox, email, "reset");
  await page.goto(link.replace("/reset", "/not-me"));
  await page.getByRole("heading", { name: "This link does not work any more" }).waitFor();
  await page.goto(link);
  const opened = (await page.context().cookies()).find(({ name }) => name === "latchkey-link");
  expect(opened).toMatchObject({ httpOnly: true, sameSite: "Lax" });
  expect((opened?.expires ?? 0) - Date.now() / 1000).toBeLessThan(601);
  await page.goto("/not-me");
  await page.getByRole("heading", { name: "Open your link again" }).waitFor();
  await (await open()).goto("/reset");
  await page.context().clearCookies({ name: "latchkey-link" });
  await page.goto("/reset");
  await page.getByRole("heading", { name: "Open your link again" }).waitFor();
});

test("a sign-in that waits for its code while the account is changed says that it is over, and how to go on", async () => {
  const email = "meanwhile@example.org";
  await signedUp(email);
  await query(databaseUrl, "update users set created_at = created_at - interval '2 days' where email_key = $1", [email]);
  const page = await open({}, ABROAD);
  await enter(page, email, PASSWORD);
  await page.waitForURL("**/continue");
  const code = await codeTo(inbox, email, 2);
  await query(databaseUrl, "update users set ways = ways + 1 where email_key = $1", [email]);
  await giveCode(page, code);
  await page.getByRole("heading", { name: "This is over" }).waitFor();
  await page.getByRole("link", { name: "Start again" }).click();
  await page.waitForURL("**/sign-in");
});
