import { randomUUID } from "node:crypto";
import type { BrowserContextOptions, Page } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient } from "@/lib/client/create-client";
import { memoryStore } from "@/lib/client/token-store";
import { query } from "@/scripts/servers/query";
import { PASSWORD } from "@/tests/support/account-pages";
import { type Instance, type Production, startProduction } from "@/tests/support/behind-nginx";
import { openBrowser } from "@/tests/support/browser";
import { fetchTrusting } from "@/tests/support/fetch-trusting";
import { newDatabase } from "@/tests/support/new-database";
import { startOidcProvider, type TestProvider } from "@/tests/support/oidc-provider";
import { appCode, openPage, provenLongAgo, setUp, signedUp, type World } from "@/tests/support/second-step-pages";
import { startTestMail } from "@/tests/support/test-mail";

/** What begins at one instance and ends at the other: other providers, linking, apps; also when both are restarted meanwhile. */

const SCHEME = "com.example.app:/signed-in";

let production: Production;
let acme: TestProvider;
let world: World;

beforeAll(async () => {
  const [inbox, databaseUrl] = [await startTestMail(), await newDatabase()];
  production = await startProduction(async ({ url, certificate }) => {
    acme = await startOidcProvider({ appUrl: url, host: "127.0.0.1", configuration: { fetch: fetchTrusting(certificate) } });
    return { ...inbox.env, ...acme.env, DATABASE_URL: databaseUrl, NATIVE_REDIRECTS: SCHEME, DRAIN_SECONDS: "2" };
  });
  world = { app: production.nginx, inbox, databaseUrl, browser: await openBrowser() };
}, 300_000);

afterAll(() => expect(production.strayLines()).toEqual([]));

const secure = (javaScriptEnabled: boolean): BrowserContextOptions => ({ javaScriptEnabled, ignoreHTTPSErrors: true });

/** Presses what leads to the provider, and gives a name there without sending it. */
async function goThere(page: Page, button: string, login: string, email: string, meets: Instance): Promise<void> {
  acme.accounts.set(login, { email, email_verified: true, name: "Ada Lovelace" });
  await production.nextMeets(meets);
  await page.getByRole("button", { name: button, exact: true }).click();
  await page.waitForURL(`${acme.issuer}/interaction/*`);
  await page.locator("input[name=login]").fill(login);
  await page.locator("input[name=password]").fill("any");
}

/** Signs in there, and is led back. */
async function comeBack(page: Page, meets: Instance): Promise<void> {
  await production.nextMeets(meets);
  await page.locator("button[type=submit]").click();
  await page.waitForURL(`${production.nginx.url}/**`);
}

/** Presses a button whose request meets this one. */
async function press(page: Page, name: string, meets: Instance): Promise<void> {
  await production.nextMeets(meets);
  await page.getByRole("button", { name, exact: true }).click();
}

/** The last that has answered such a request, once nginx has written it down. */
const lastMet = (line: RegExp, which: Instance) => production.lastMet(line, which);

async function cookiesOf(page: Page): Promise<Map<string, { secure: boolean; httpOnly: boolean; path: string; sameSite: string; expires: number }>> {
  return new Map((await page.context().cookies(production.nginx.url)).map((cookie) => [cookie.name, cookie]));
}

const GUARDED = { secure: true, httpOnly: true, path: "/", sameSite: "Lax" };
const START = /^POST \/api\/auth\/providers\/acme\/start (?:200|303)/;
const CALLBACK = /^GET \/api\/auth\/providers\/acme\/callback\?\S+ 303/;
const linked = (email: string) => query(world.databaseUrl, "select 1 from identities join users on users.id = user_id where email_key = $1", [email]);

/** An app with a scheme of its own, and the page at which its owner is asked. */
async function appAt(page: Page) {
  const { nginx } = production;
  const client = createClient({ origin: nginx.url, store: memoryStore(), fetch: fetchTrusting(nginx.certificate), device: { name: "Zoë’s phone", platform: "Android" } });
  const authorization = await client.authorize(SCHEME);
  await page.goto(authorization.url);
  return { client, authorization };
}

/** Lets the app in, and returns the address that the browser brings it its answer by. */
async function letIn(page: Page, meets: Instance): Promise<string> {
  await page.getByRole("heading", { name: "Sign in to an app?" }).waitFor();
  const browser = await page.context().newCDPSession(page);
  await browser.send("Page.enable");
  const led = new Promise<string>((resolve) => {
    browser.on("Page.frameRequestedNavigation", ({ url }) => url.startsWith(SCHEME) && resolve(url));
    // Without a script it is the answer to the form.
    page.on("response", (response) => void response.headerValue("location").then((location) => location?.startsWith(SCHEME) && resolve(location), () => {}));
  });
  await production.nextMeets(meets);
  await page.getByRole("button", { name: "Continue" }).focus();
  await page.keyboard.press("Enter");
  return led;
}

describe.each<[boolean, Instance, Instance]>([[true, 0, 1], [false, 1, 0]])("with JavaScript %j, begun at instance %i and ended at %i:", (javaScriptEnabled, first, second) => {
  const options = secure(javaScriptEnabled);

  test("somebody new signs up by a provider of another site, and falls out when they sign out there", async () => {
    const login = `new-${randomUUID()}`;
    const page = await openPage(world, options);
    const sent: URL[] = [];
    page.on("request", (request) => request.url().startsWith(`${acme.issuer}/auth?`) && sent.push(new URL(request.url())));
    await page.goto("/sign-up");
    await goThere(page, "Continue with Acme", login, `${login}@example.com`, first);
    expect(sent.map(({ searchParams }) => searchParams.get("redirect_uri"))).toEqual([`${production.nginx.url}/api/auth/providers/acme/callback`]);
    const away = (await cookiesOf(page)).get("__Host-latchkey-provider");
    expect(away).toMatchObject(GUARDED);
    expect((away?.expires ?? 0) - Date.now() / 1000).toBeGreaterThan(540);
    expect((away?.expires ?? 0) - Date.now() / 1000).toBeLessThanOrEqual(600);
    await comeBack(page, second);
    await page.waitForURL("**/devices");
    await page.getByText("through Acme").waitFor();
    await lastMet(START, first);
    await lastMet(CALLBACK, second);
    const cookies = await cookiesOf(page);
    expect([...cookies.keys()].filter((name) => name !== "latchkey-zone").sort()).toEqual(["__Host-latchkey", "__Host-latchkey-device", "__Host-latchkey-last-provider", "__Host-latchkey-proof"]);
    for (const [name, cookie] of cookies) if (name !== "latchkey-zone") expect(cookie, name).toMatchObject(GUARDED);

    // Its stream hangs on one instance, and the provider tells the other.
    await page.route("**/api/auth/events", async (route) => {
      if (route.request().method() === "GET") await production.nextMeets(first);
      await route.continue();
    });
    await page.goto("/devices");
    if (javaScriptEnabled) await page.getByText("Live", { exact: true }).waitFor();
    const there = await page.context().newPage();
    await there.goto(`${acme.issuer}/session/end`);
    await production.nextMeets(second);
    const left = javaScriptEnabled ? page.waitForURL(/\/sign-in\?ended=1/, { timeout: 5_000, waitUntil: "commit" }) : null;
    await there.locator("button[name=logout]").click();
    await there.waitForURL("**/session/end/success");
    const started = performance.now();
    await (left ?? page.goto("/devices"));
    if (left) expect(performance.now() - started).toBeLessThan(1_000);
    await page.getByText("the provider that you signed in with ended your session").waitFor();
    expect(acme.logouts.at(-1)).toBe("");
    await lastMet(/^POST \/api\/auth\/providers\/acme\/logout 200/, second);
    if (javaScriptEnabled) await lastMet(/^GET \/api\/auth\/events 200/, first);
    await page.context().close();
  });

  test("an account that is there is linked by its own second step and a press, and unlinked after a step-up", async () => {
    const login = `linker-${randomUUID()}`;
    const email = `${login}@example.org`;
    const owner = await signedUp(world, email, options);
    const { secret } = await setUp(world, owner);
    await owner.context().close();
    const page = await openPage(world, options);
    await page.goto("/sign-in?next=/profile");
    await goThere(page, "Continue with Acme", login, email, first);
    await comeBack(page, second);
    await page.waitForURL(/\/continue/);
    await page.getByText("An account here has this address.").waitFor();
    await page.getByLabel("Code").fill(await appCode(world, secret));
    await press(page, "Continue", first);
    await page.getByRole("button", { name: "Link account" }).waitFor();
    await lastMet(/^POST \/continue/, first);
    expect(await linked(email)).toEqual([]);
    await press(page, "Link account", second);
    await page.waitForURL("**/profile");
    await lastMet(/^POST \/continue/, second);
    expect(await linked(email)).toHaveLength(1);

    await provenLongAgo(world);
    await page.goto("/security");
    await unlink(page, first);
    await page.waitForURL(/\/confirm/);
    await page.getByLabel("Code").fill(await appCode(world, secret));
    await press(page, "Continue", second);
    await page.waitForURL(/\/security/);
    expect(await linked(email)).toHaveLength(1);
    await unlink(page, first);
    await page.getByRole("button", { name: "Link Acme" }).waitFor();
    expect(await linked(email)).toEqual([]);
    await page.context().close();
  });

  async function unlink(page: Page, meets: Instance): Promise<void> {
    const where = javaScriptEnabled ? page.getByRole("dialog") : page.getByRole("list", { name: "Linked" });
    if (javaScriptEnabled) await page.getByRole("button", { name: "Unlink" }).click();
    await where.getByRole("button", { name: "Unlink" }).waitFor();
    await production.nextMeets(meets);
    await where.getByRole("button", { name: "Unlink" }).click();
  }

  test("an app is let in by one and signed in by the other; of two that bring the same code to both at once one is, and not for long", async () => {
    const email = `app-${javaScriptEnabled}@example.org`;
    const page = await signedUp(world, email, options);
    const { client, authorization } = await appAt(page);
    const address = await letIn(page, first);
    await lastMet(/^POST \/authorize\?/, first);
    await production.nextMeets(second);
    expect((await authorization.finish(address)).user.email).toBe(email);
    await lastMet(/^POST \/api\/auth\/token 200/, second);
    expect((await client.session()).user.email).toBe(email);

    const both = await appAt(page);
    const brought = await letIn(page, second);
    const before = production.metBy(/^POST \/api\/auth\/token/).length;
    const outcomes = await Promise.allSettled([1, 2].map(() => both.authorization.finish(brought)));
    expect(outcomes.map((outcome) => (outcome.status === "fulfilled" ? outcome.value.user.email : (outcome.reason as { code: string }).code)).sort()).toEqual([email, "invalid_code"]);
    await expect.poll(() => production.metBy(/^POST \/api\/auth\/token/).slice(before).sort()).toEqual([0, 1]);
    await expect(both.client.session()).rejects.toMatchObject({ status: 401 });
    expect(await query(world.databaseUrl, "select end_reason from sessions where client = 'native' and user_id = (select id from users where email_key = $1) order by id", [email])).toEqual([{ end_reason: null }, { end_reason: "token_reused" }]);
    await page.context().close();
  });
});

test("both instances are restarted in turn, and what was under way is finished: a sign-up by a provider, a link, an app", async () => {
  const [scripted, plain, linker, asked, given] = [await openPage(world, secure(true)), await openPage(world, secure(false)), await openPage(world, secure(true)), await signedUp(world, "asked@example.org", secure(true)), await signedUp(world, "given@example.org", secure(false))];
  for (const page of [scripted, plain]) {
    await page.goto("/sign-in?next=/profile");
    await goThere(page, "Continue with Acme", `restarted-${page === plain}`, `restarted-${page === plain}@example.com`, 0);
  }
  await linker.goto("/sign-in");
  await goThere(linker, "Continue with Acme", "linker-of-asked", "asked@example.org", 0);
  await comeBack(linker, 1);
  await linker.getByText("An account here has this address.").waitFor();
  const later = await appAt(asked);
  await asked.getByRole("heading", { name: "Sign in to an app?" }).waitFor();
  const sooner = await appAt(given);
  await production.restart(0);
  // By the one that goes next: a code is good for a minute.
  const address = await letIn(given, 1);
  await production.restart(1);

  expect((await sooner.authorization.finish(address)).user.email).toBe("given@example.org");
  expect((await later.authorization.finish(await letIn(asked, 0))).user.email).toBe("asked@example.org");
  for (const page of [scripted, plain]) {
    await page.locator("button[type=submit]").click();
    await page.waitForURL(`${production.nginx.url}/profile`);
  }
  await linker.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await press(linker, "Continue", 0);
  await press(linker, "Link account", 1);
  await linker.waitForURL("**/devices");
  expect(await linked("asked@example.org")).toHaveLength(1);
}, 240_000);
