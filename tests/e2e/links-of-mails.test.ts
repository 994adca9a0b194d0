import type { Browser, BrowserContextOptions, Page } from "playwright";
import { beforeAll, describe, expect, test } from "vitest";
import { sha256 } from "@/lib/core/crypto";
import { query } from "@/scripts/servers/query";
import { signUpByCode } from "@/tests/support/account-pages";
import { openBrowser } from "@/tests/support/browser";
import { changedBehindTheBack } from "@/tests/support/changed-behind-the-back";
import { linkTo } from "@/tests/support/mail-links";
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

/** A new account, its address proven, in a browser of its own. */
async function signedUp(email: string, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext({ baseURL: app.url, extraHTTPHeaders: { "x-forwarded-for": `62.75.11.${++visitors}` }, ...options });
  const page = await context.newPage();
  await signUpByCode(page, inbox, email);
  return page;
}

async function setPassword(page: Page, password: string): Promise<void> {
  await page.getByLabel("New password").fill(password);
  await page.getByRole("button", { name: "Set new password" }).click();
  await page.getByRole("heading", { name: "Your new password is set" }).waitFor();
}

const text = (page: Page) => page.locator("main").innerText();

describe.each([true, false])("with JavaScript: %s", (javaScriptEnabled) => {
  const options = { javaScriptEnabled };
  const address = (name: string) => `${name}-${javaScriptEnabled}@example.org`;

  test("of links that are open in two tabs the button does only what its page says", async () => {
    const [mine, other, thiefs] = [address("first-tab"), address("second-tab"), address("tab-thief")];
    const page = await signedUp(mine, options);
    await signedUp(other, options);
    const links: string[] = [];
    for (const email of [mine, other]) {
      await page.goto("/forgot");
      await page.getByLabel("Email").fill(email);
      await page.getByRole("button", { name: "Send link" }).click();
      links.push(await linkTo(inbox, email, "reset"));
    }
    const second = await page.context().newPage();
    await page.goto(links[0] as string);
    await second.goto(links[1] as string);
    await page.getByLabel("New password").fill(NEXT);
    await page.getByRole("button", { name: "Set new password" }).click();
    await page.getByText("s•••@example.org").waitFor();
    expect(await page.getByRole("heading", { name: "Your new password is set" }).count()).toBe(0);
    await setPassword(page, NEXT);
    const undo = `/undo?token=${await changedBehindTheBack(databaseUrl, mine, thiefs, "a")}`;
    await page.goto(undo);
    await second.goto(`/undo?token=${await changedBehindTheBack(databaseUrl, other, `more-${thiefs}`, "b")}`);
    await page.getByRole("button", { name: "Undo this change" }).click();
    await page.getByText(`more-${thiefs}`).waitFor();
    expect(await query(databaseUrl, "select email from users where email_key in ($1, $2)", [mine, other]), "neither is undone").toEqual([]);
    await page.goto(undo);
    await page.getByRole("button", { name: "Undo this change" }).click();
    await page.getByRole("heading", { name: "That is taken back" }).waitFor();
    expect(await query(databaseUrl, "select email from users where email_key in ($1, $2)", [mine, other])).toEqual([{ email: mine }]);
  });

  test("“This wasn't me” at an address that the account has no more promises no new password, and says who helps", async () => {
    const [email, thiefs] = [address("no-more"), address("new-owner")];
    const page = await signedUp(email, options);
    const token = await changedBehindTheBack(databaseUrl, email, thiefs, "c");
    await query(databaseUrl, "update outgoing_mails set kind = 'new_device', reserves = null where token_hash = $1", [sha256(token)]);
    await page.goto(`/not-me?token=${token}`);
    expect(await text(page)).not.toContain("set a new");
    expect(await text(page)).toContain("an administrator has to help you");
    await page.getByRole("button", { name: "This wasn't me" }).click();
    await page.getByRole("heading", { name: "That is taken back" }).waitFor();
    expect(await text(page)).not.toContain("on its way");
    expect(await text(page)).toContain("an administrator has to help");
  });
});
