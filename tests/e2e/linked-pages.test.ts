import { randomUUID } from "node:crypto";
import type { Browser, BrowserContextOptions, Page } from "playwright";
import { beforeAll, expect, test } from "vitest";
import { freePort } from "@/scripts/servers/free-port";
import { query } from "@/scripts/servers/query";
import { accessibilityTroubles } from "@/tests/support/accessibility";
import { PASSWORD } from "@/tests/support/account-pages";
import { openBrowser } from "@/tests/support/browser";
import { codeTo, linkTo } from "@/tests/support/mail-links";
import { newDatabase } from "@/tests/support/new-database";
import { startOidcProvider, type TestProvider } from "@/tests/support/oidc-provider";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { startTestRedis } from "@/tests/support/test-redis";

let app: TestApp;
let acme: TestProvider;
let inbox: TestMail;
let browser: Browser;
let databaseUrl: string;
let visitors = 0;

beforeAll(async () => {
  const port = await freePort();
  [acme, inbox, databaseUrl] = [await startOidcProvider({ appUrl: `http://localhost:${port}` }), await startTestMail(), await newDatabase()];
  const others = { OIDC_PROVIDERS: "acme,github", OIDC_GITHUB_CLIENT_ID: "g", OIDC_GITHUB_CLIENT_SECRET: "s" };
  const env = { DATABASE_URL: databaseUrl, REDIS_URL: (await startTestRedis()).url, TRUSTED_PROXY_HOPS: "1", ...inbox.env, ...acme.env, ...others };
  [app, browser] = await Promise.all([startApp({ port, env }), openBrowser()]);
}, 900_000);

/** A browser that was never here, and what it complained of of ours. */
async function newPage(options: BrowserContextOptions = {}): Promise<{ page: Page; found: string[]; look: (name: string) => Promise<void> }> {
  const page = await (await browser.newContext({ baseURL: app.url, extraHTTPHeaders: { "x-forwarded-for": `62.75.20.${++visitors}` }, ...options })).newPage();
  const found: string[] = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && page.url().startsWith(app.url) && found.push(`${page.url()}: ${message.text()}`));
  page.on("pageerror", (error) => found.push(`${page.url()}: ${error.message}`));
  async function look(name: string): Promise<void> {
    if (options.javaScriptEnabled === false) return;
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      found.push(...(await accessibilityTroubles(page, { name: `${name} at ${width} px` })));
    }
  }
  return { page, found, look };
}

/** Presses the button that leads to the provider, and signs in there. */
async function goThere(page: Page, button: string, login: string, email: string | undefined, verified = true): Promise<void> {
  acme.accounts.set(login, { ...(email !== undefined && { email, email_verified: verified }), name: "Ada Lovelace" });
  await page.getByRole("button", { name: button, exact: true }).click();
  await page.waitForURL(`${acme.issuer}/interaction/*`);
  await page.locator("input[name=login]").fill(login);
  await page.locator("input[name=password]").fill("any");
  await page.locator("button[type=submit]").click();
}

async function signedUp(page: Page, email: string): Promise<void> {
  await page.goto("/sign-up");
  await page.getByLabel("Name").fill("Ada Lovelace");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.waitForURL(/\/continue/);
  await page.getByLabel("Code").fill(await codeTo(inbox, email));
  await page.getByRole("button", { name: "Continue" }).click();
  await page.waitForURL(/\/devices/);
}

const linked = async (email: string) => (await query<{ subject: string }>(databaseUrl, "select subject from identities join users on users.id = user_id where email_key = $1", [email])).map(({ subject }) => subject);

test.each([
  ["light", true],
  ["dark", true],
  ["light", false],
] as const)("an account that is there is linked by its own password and a press, in the %s, with JavaScript %j", async (colorScheme, javaScriptEnabled) => {
  const login = `linker-${randomUUID()}`;
  const email = `${login}.rather-long-name@example.org`;
  const first = await newPage({ javaScriptEnabled });
  await signedUp(first.page, email);
  const { page, found, look } = await newPage({ colorScheme, javaScriptEnabled });
  await page.goto("/sign-in?next=/profile");
  await goThere(page, "Continue with Acme", login, email);
  await page.waitForURL(/\/continue/);
  await page.getByText("Acme says you are l•••@example.org. An account here has this address.").waitFor();
  await look("whose account");
  await page.getByLabel("Password", { exact: true }).fill("not the right one");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByText("Password is not right. 4 tries are left.").waitFor();
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: "Link account" }).waitFor();
  expect(await linked(email)).toEqual([]);
  await look("the press");
  await page.getByRole("button", { name: "Link account" }).click();
  await page.waitForURL(/\/profile/);
  expect(await linked(email)).toEqual([login]);
  await page.goto("/security");
  const row = page.getByRole("list", { name: "Linked" }).getByRole("listitem");
  await row.getByText(email).waitFor();
  await page.getByRole("button", { name: "Link GitHub" }).waitFor();
  expect(await page.getByRole("button", { name: "Link Acme" }).count()).toBe(0);
  await look("security");
  await row.getByRole("button", { name: "Unlink" }).click();
  if (javaScriptEnabled) {
    await page.getByRole("dialog").getByText("Signing in there opens your account no more.").waitFor();
    await look("unlink");
    await page.getByRole("dialog").getByRole("button", { name: "Unlink" }).click();
  }
  await page.getByRole("button", { name: "Link Acme" }).waitFor();
  expect(await linked(email)).toEqual([]);
  // And once more, from here: a session with a fresh proof, and the provider still knows them.
  await page.getByRole("button", { name: "Link Acme" }).click();
  await row.getByText(email).waitFor();
  await page.goto(await linkTo(inbox, email, "not-me", /was linked/));
  await page.getByText("unlinks it").waitFor();
  await look("not-me");
  expect(found).toEqual([]);
});

test.each([true, false])("linking asks for a step-up first, comes back to where the button is and says that nothing is done yet; with JavaScript %j", async (javaScriptEnabled) => {
  const login = `stepper-${randomUUID()}`;
  const email = `${login}@example.org`;
  const { page } = await newPage({ javaScriptEnabled });
  await signedUp(page, email);
  await query(databaseUrl, "update sessions set proven_at = clock_timestamp() - interval '1 hour'");
  await page.goto("/security");
  await page.getByRole("button", { name: "Link Acme" }).click();
  await page.waitForURL(/\/confirm/);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.waitForURL(/\/security#linked$/);
  await page.getByText("Nothing has been changed yet: press “Link” once more.").waitFor();
  // A script leads there by a navigation of its own, and a second press begins nothing.
  const types: (string | undefined)[] = [];
  await page.route("**/api/auth/providers/acme/start", async (route) => {
    types.push(route.request().headers()["content-type"]);
    await new Promise((resolve) => setTimeout(resolve, javaScriptEnabled ? 800 : 0));
    await route.continue();
  });
  acme.accounts.set(login, { email, email_verified: true, name: "Ada Lovelace" });
  await page.getByRole("button", { name: "Link Acme" }).click({ noWaitAfter: true });
  if (javaScriptEnabled) await page.getByRole("button", { name: "Continuing…" }).click({ force: true });
  await page.waitForURL(`${acme.issuer}/interaction/*`);
  expect(types).toEqual([javaScriptEnabled ? "application/json" : "application/x-www-form-urlencoded"]);
  await page.locator("input[name=login]").fill(login);
  await page.locator("input[name=password]").fill("any");
  await page.locator("button[type=submit]").click();
  await page.getByRole("list", { name: "Linked" }).getByText(email).waitFor();
  expect(await linked(email)).toEqual([login]);
  expect(await page.getByText("Nothing has been changed yet").count()).toBe(0);
});

test.each(["light", "dark"] as const)("an address that the provider does not vouch for is shown by a code; what came of it is confirmed at the provider, in the %s", async (colorScheme) => {
  const login = `newcomer-${randomUUID()}`;
  const email = `${login}@example.org`;
  const { page, found, look } = await newPage({ colorScheme });
  await page.goto("/sign-in");
  await goThere(page, "Continue with Acme", login, email, false);
  await page.waitForURL(/\/continue/);
  await page.getByText("Acme says that this address is yours, and the code shows it.").waitFor();
  await look("whose address");
  await page.getByLabel("Code").fill(await codeTo(inbox, email));
  await page.getByRole("button", { name: "Continue" }).click();
  await page.waitForURL(/\/devices/);
  await page.goto("/security");
  await page.getByText("Without Acme you would be locked out: a passkey would open it too.").waitFor();
  await look("security without a password");
  await query(databaseUrl, "update sessions set proven_at = clock_timestamp() - interval '1 hour'");
  await page.getByRole("button", { name: "Unlink" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Unlink" }).click();
  await page.waitForURL(/\/confirm/);
  await page.getByText("Sign in at Acme once more").waitFor();
  await look("confirm");
  await goThere(page, "Continue with Acme", login, email, false);
  await page.waitForURL(/\/security/);
  await page.getByText("Nothing has been changed yet: press “Unlink” once more.").waitFor();
  await page.getByRole("button", { name: "Unlink" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Unlink" }).click();
  await page.getByText("Nothing else would open your account.").first().waitFor();
  // A new password leaves what is linked, and says so.
  await page.goto("/forgot");
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: /link/i }).click();
  await page.goto(await linkTo(inbox, email, "reset"));
  await page.getByLabel("New password", { exact: true }).fill("eleven green ladders");
  await page.getByRole("button", { name: "Set new password" }).click();
  await page.getByText("This provider opens it too:").waitFor();
  await look("the new password is set");
  expect(found).toEqual([]);
});

test.each([true, false])("a page that another tab has gone past proves and links nothing, and says so, with JavaScript %j", async (javaScriptEnabled) => {
  const [one, other] = [`one-${randomUUID()}`, `other-${randomUUID()}`];
  const addressOf = (login: string) => `${login}@example.org`;
  for (const login of [one, other]) await signedUp((await newPage({ javaScriptEnabled })).page, addressOf(login));
  const { page: first, found, look } = await newPage({ javaScriptEnabled });
  const second = await first.context().newPage();

  async function begin(page: Page, login: string): Promise<void> {
    // The provider would know them still.
    await page.context().clearCookies({ name: /^_/ });
    await page.goto("/sign-in");
    await goThere(page, "Continue with Acme", login, addressOf(login));
    await page.waitForURL(/\/continue/);
  }
  async function give(page: Page, what: string): Promise<void> {
    await page.getByLabel("Password", { exact: true }).fill(what);
    await page.getByRole("button", { name: "Continue" }).click();
  }

  await begin(first, one);
  await begin(second, other);
  await give(first, "not the right one");
  await first.getByText("That page was out of date, so nothing was done.").waitFor();
  await look("a stale page");
  expect(await query(databaseUrl, "select guesses from attempts where kind = 'sign_in' and email_key in ($1, $2)", [one, other].map(addressOf))).toEqual([{ guesses: 0 }, { guesses: 0 }]);
  // It is about the other one now.
  await give(first, PASSWORD);
  await first.getByRole("button", { name: "Link account" }).waitFor();
  await begin(second, one);
  await give(second, PASSWORD);
  await second.getByRole("button", { name: "Link account" }).waitFor();
  await first.getByRole("button", { name: "Link account" }).click();
  await first.getByText("That page was out of date, so nothing was done.").waitFor();
  expect([await linked(addressOf(one)), await linked(addressOf(other))]).toEqual([[], []]);
  await first.getByRole("button", { name: "Link account" }).click();
  await first.waitForURL(/\/devices/);
  expect([await linked(addressOf(one)), await linked(addressOf(other))]).toEqual([[one], []]);
  expect(found).toEqual([]);
});
