import type { Browser, BrowserContextOptions, Page } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { query } from "@/scripts/servers/query";
import { continueBy, enter, enterNew, giveCode, PASSWORD } from "@/tests/support/account-pages";
import { type Production, startProduction } from "@/tests/support/behind-nginx";
import { openBrowser } from "@/tests/support/browser";
import { codeTo, linkTo } from "@/tests/support/mail-links";
import { newDatabase } from "@/tests/support/new-database";
import { appCode, leave, setUp } from "@/tests/support/second-step-pages";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { addAuthenticator } from "@/tests/support/virtual-authenticator";

const NEXT = "eleven green ladders";

let production: Production;
let inbox: TestMail;
let databaseUrl: string;
let browser: Browser;

beforeAll(async () => {
  [inbox, databaseUrl] = [await startTestMail(), await newDatabase()];
  production = await startProduction({ ...inbox.env, DATABASE_URL: databaseUrl });
  browser = await openBrowser();
}, 300_000);

afterAll(() => expect(production.strayLines()).toEqual([]));

async function open(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ baseURL: production.nginx.url, ignoreHTTPSErrors: true, ...options });
  return context.newPage();
}

async function signedUp(email: string, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await open(options);
  await page.goto("/sign-up");
  await enterNew(page, email);
  await continueBy(page, await codeTo(inbox, email));
  await page.waitForURL("**/devices");
  return page;
}

/** A page with scripts leaves by itself, one without when it is used. */
function fallenOut(page: Page, javaScriptEnabled: boolean): () => Promise<void> {
  const left = javaScriptEnabled ? page.waitForURL("**/sign-in?ended=1", { timeout: 10_000 }) : null;
  return async () => {
    await (left ?? page.goto("/devices"));
    expect(page.url()).toContain("/sign-in?ended=1");
  };
}

async function setPassword(page: Page): Promise<void> {
  await page.getByLabel("New password").fill(NEXT);
  await page.getByRole("button", { name: "Set new password" }).click();
  await page.getByRole("heading", { name: "Your new password is set" }).waitFor();
}

describe.each([true, false])("over TLS, on two instances, with JavaScript: %s", (javaScriptEnabled) => {
  const options = { javaScriptEnabled };
  const address = (name: string) => `${name}-${javaScriptEnabled}@example.org`;

  test("an address is changed after a step-up, and the change is undone; each step may meet another instance", async () => {
    const [old, email] = [address("old"), address("new")];
    const page = await signedUp(old, options);
    await query(databaseUrl, "update sessions set proven_at = proven_at - interval '10 minutes'");
    await page.goto("/security");
    await page.getByLabel("Email").fill(email);
    await page.getByRole("button", { name: "Change email" }).click();
    await page.waitForURL("**/confirm?next=%2Fsecurity");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.waitForURL("**/security");
    expect(await page.getByLabel("Email").inputValue()).toBe(email);
    await page.getByRole("button", { name: "Change email" }).click();
    await continueBy(page, await codeTo(inbox, email));
    await page.waitForURL("**/security?address=confirmed");

    const owner = await open(options);
    const link = await linkTo(inbox, old, "undo");
    expect(link.startsWith(`${production.nginx.url}/undo?`)).toBe(true);
    await owner.goto(link);
    expect(owner.url()).toBe(`${production.nginx.url}/undo`);
    const out = fallenOut(page, javaScriptEnabled);
    await owner.getByRole("button", { name: "Undo this change" }).click();
    await owner.waitForURL("**/reset");
    await out();
    await setPassword(owner);
    await enter(owner, old, NEXT);
    await owner.waitForURL("**/devices");
  });

  test("a forgotten password is set anew by its link, and who was signed in falls out", async () => {
    const email = address("forgot");
    const inside = await signedUp(email, options);
    const page = await open(options);
    await page.goto("/forgot");
    await page.getByLabel("Email").fill(email);
    await page.getByRole("button", { name: "Send link" }).click();
    await page.getByText("If there is an account for").waitFor();
    await page.goto(await linkTo(inbox, email, "reset"));
    expect(page.url()).toBe(`${production.nginx.url}/reset`);
    const out = fallenOut(inside, javaScriptEnabled);
    await setPassword(page);
    await out();
    await enter(page, email, NEXT);
    await page.waitForURL("**/devices");
  });

  test("an authenticator app is set up, asked for on a new browser, and not again where that was ticked", async () => {
    const email = address("app");
    const page = await signedUp(email, options);
    const world = { app: production.nginx, inbox, databaseUrl, browser };
    const { secret } = await setUp(world, page);
    const other = await open(options);
    await enter(other, email, PASSWORD);
    await other.waitForURL("**/continue");
    await other.getByLabel("Don't ask again on this device").check();
    await giveCode(other, await appCode(world, secret));
    await other.waitForURL("**/devices");
    await leave(other);
    await enter(other, email, PASSWORD);
    await other.waitForURL("**/devices");
  });

  test("a new device is approved on another instance's page, and comes in", async () => {
    const email = address("approved");
    const desk = await signedUp(email, options);
    await query(databaseUrl, "update users set approve_new_devices = true, created_at = created_at - interval '1 day' where email_key = $1", [email]);
    const phone = await open(options);
    await enter(phone, email, PASSWORD);
    await phone.waitForURL("**/continue");
    await phone.getByRole("button", { name: "Ask another device" }).click();
    const digits = await phone.getByText(/^\d{2}$/).innerText();
    if (!javaScriptEnabled) await desk.goto("/devices");
    await desk.getByLabel("Number that the new device shows").fill(digits);
    await desk.getByRole("button", { name: "Approve" }).click();
    // Without a script its page loads itself again every five seconds, and is pressed then.
    if (!javaScriptEnabled) await phone.getByRole("button", { name: "Continue" }).click({ timeout: 15_000 });
    await phone.waitForURL("**/devices");
  });
});

test("a passkey is added and opens the account; its address is that of the proxy", async () => {
  const email = "keyholder@example.org";
  const page = await signedUp(email);
  // What a person chooses in the list of a field, Chromium's own authenticator gives by itself.
  await page.addInitScript("PublicKeyCredential.isConditionalMediationAvailable = async () => false");
  await addAuthenticator(page);
  await page.goto("/security");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByRole("list", { name: "Passkeys" }).getByRole("listitem").waitFor();
  await leave(page);
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await page.waitForURL("**/devices");
});

test("the cookies of what is under way, of links and of step-ups are __Host- and Secure, and a copied session has no proof", async () => {
  const email = "cookies@example.org";
  const page = await signedUp(email);
  const names = new Map((await page.context().cookies()).map((cookie) => [cookie.name, cookie]));
  for (const name of ["__Host-latchkey", "__Host-latchkey-proof"]) expect(names.get(name), name).toMatchObject({ secure: true, httpOnly: true, path: "/", sameSite: "Lax" });
  const thief = await open();
  const stolen = names.get("__Host-latchkey");
  if (!stolen) throw new Error("no session");
  await thief.context().addCookies([stolen]);
  await thief.goto("/security");
  await thief.getByLabel("Email").fill("thief@example.org");
  await thief.getByRole("button", { name: "Change email" }).click();
  await thief.waitForURL("**/confirm?next=%2Fsecurity");
});
