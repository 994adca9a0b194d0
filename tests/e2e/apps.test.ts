import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright";
import { beforeAll, describe, expect, test } from "vitest";
import { createClient } from "@/lib/client/create-client";
import { signInByBrowser } from "@/lib/client/node/sign-in-by-browser";
import { memoryStore } from "@/lib/client/token-store";
import { query } from "@/scripts/servers/query";
import { accessibilityTroubles } from "@/tests/support/accessibility";
import { giveCode, PASSWORD } from "@/tests/support/account-pages";
import { appCode, leave, mainText, openPage, openWorld, provenLongAgo, setUp, signedUp, type World } from "@/tests/support/second-step-pages";
import { atEnd } from "@/tests/support/stop-everything";
import { addAuthenticator } from "@/tests/support/virtual-authenticator";

const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
let world: World;

beforeAll(async () => {
  world = await openWorld({ NATIVE_REDIRECTS: "http://127.0.0.1/callback,http://[::1]/callback,com.example.app:/signed-in" });
}, 240_000);

/** A program on the computer of whoever sits at the page, and what it came to. */
function program(page: Page, name = "Zoë’s laptop") {
  const client = createClient({ origin: world.app.url, store: memoryStore(), device: { name, platform: "Linux", appVersion: "1.0" } });
  const signingIn = signInByBrowser(client, { open: (url) => page.goto(url), seconds: 60 });
  return { client, signingIn, outcome: signingIn.then(({ user }) => user.email, (error: { reason?: string }) => error.reason ?? String(error)) };
}

/** What the console says about the policy of a page. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  return complaints;
}

async function enterHere(page: Page, email: string): Promise<void> {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** A program on this computer that takes whatever comes. Rejects on a machine that has no such address. */
async function listenOn(host: string): Promise<{ port: number; heard: () => string[] }> {
  const heard: string[] = [];
  const server = createServer(({ url = "" }, response) => {
    // A browser asks for a picture of it by itself.
    if (url !== "/favicon.ico") heard.push(url);
    response.end("heard");
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, host, resolve);
  });
  atEnd(async () => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, heard: () => heard };
}

const letIn = (page: Page) => page.getByRole("button", { name: "Continue" }).click();
const title = (page: Page, name: string) => page.getByRole("heading", { name }).waitFor();

function addressOf(redirect_uri: string, more: Record<string, string> = {}): string {
  return `/sign-in?${new URLSearchParams({ client: "native", redirect_uri, code_challenge: CHALLENGE, code_challenge_method: "S256", state: "state of the app", ...more }).toString()}`;
}

describe.each([true, false])("with scripts: %s,", (javaScriptEnabled) => {
  test("a program is signed in by a password and a second step, and stands among the devices", async () => {
    const email = `program-${javaScriptEnabled}@example.org`;
    const { secret } = await setUp(world, await signedUp(world, email));
    const page = await openPage(world, { javaScriptEnabled });
    const complaints = complaintsOf(page);
    const { client, outcome } = program(page);
    await page.waitForURL(/\/sign-in\?next=/);
    await enterHere(page, email);
    await page.waitForURL(/\/continue/);
    await giveCode(page, await appCode(world, secret));
    await page.waitForURL(/\/authorize\?/);
    const text = await mainText(page);
    for (const words of ["A program on this computer", "127.0.0.1:", "Zoë’s laptop, Linux, version 1.0", email]) expect(text).toContain(words);
    await letIn(page);
    expect(await outcome).toBe(email);
    await page.getByText("You are signed in. You can close this page").waitFor();
    expect(complaints).toEqual([]);
    expect((await client.sessions()).items.map((session) => [session.client, session.device.name])).toContainEqual(["native", "Zoë’s laptop"]);
    const mail = await world.inbox.waitFor(({ to, text: body }) => to.includes(email) && body.includes("Zoë’s laptop"));
    expect(mail.text).toContain("/not-me?");
    await page.goto(`${world.app.url}/activity`);
    await page.getByText("You signed in to an app through your browser").waitFor();
  });

  test("from a session whose sign-in was a while ago it asks for a proof first, and goes on where it was", async () => {
    const email = `session-${javaScriptEnabled}@example.org`;
    const page = await signedUp(world, email, { javaScriptEnabled });
    await provenLongAgo(world);
    const { outcome } = program(page);
    await page.waitForURL(/\/authorize\?/);
    await letIn(page);
    await title(page, "Confirm that it is you");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await letIn(page);
    await title(page, "Sign in to an app?");
    expect(await mainText(page)).toContain("Zoë’s laptop");
    await page.getByText("The app is not signed in yet: press “Continue” once more.").waitFor();
    await letIn(page);
    expect(await outcome).toBe(email);
    expect(await query(world.databaseUrl, "select client, ended_at from sessions where user_id = (select id from users where email_key = $1) order by id", [email])).toEqual([{ client: "browser", ended_at: null }, { client: "native", ended_at: null }]);
  });

  test("whoever presses Cancel gives nothing, and who is somebody else signs in first", async () => {
    const [email, other] = [`cancels-${javaScriptEnabled}@example.org`, `other-${javaScriptEnabled}@example.org`];
    await signedUp(world, other);
    const page = await signedUp(world, email, { javaScriptEnabled });
    const cancelled = program(page);
    await page.getByRole("link", { name: "Cancel" }).click();
    expect(await cancelled.outcome).toBe("access_denied");
    const { outcome } = program(page);
    await page.getByRole("link", { name: "Not you?" }).click();
    await page.waitForURL(/\/sign-in/);
    await enterHere(page, other);
    // This browser is new to that account, and its owner has a mail; nothing more is asked.
    await title(page, "Sign in to an app?");
    expect(await mainText(page)).toContain(other);
    await letIn(page);
    expect(await outcome).toBe(other);
  });

  test("a program that listens on IPv6, and one with a scheme of its own, are answered under the same policy", async () => {
    const email = `elsewhere-${javaScriptEnabled}@example.org`;
    const page = await signedUp(world, email, { javaScriptEnabled });
    const complaints = complaintsOf(page);
    const ipv6 = await listenOn("::1").catch(() => null);
    if (ipv6) {
      await page.goto(addressOf(`http://[::1]:${ipv6.port}/callback`));
      await letIn(page);
      await page.getByText("heard").waitFor();
      expect(Object.fromEntries(new URL(ipv6.heard()[0] ?? "", "http://x").searchParams)).toEqual({ code: expect.stringMatching(/^[\w-]{43}$/), state: "state of the app", iss: world.app.url });
    }
    await page.goto(addressOf("com.example.app:/signed-in"));
    expect(await mainText(page)).toContain("com.example.app");
    // A press that waits for where it leads would wait for ever: nothing has that scheme here.
    await page.getByRole("button", { name: "Continue" }).focus();
    await page.keyboard.press("Enter");
    const codes = () => query(world.databaseUrl, "select 1 from authorization_codes where redirect_uri like 'com.example%' and user_id = (select id from users where email_key = $1)", [email]);
    await expect.poll(codes).toHaveLength(1);
    // That the browser may go there is what the console does not deny; the page stays, and can be pressed again.
    await title(page, "Sign in to an app?");
    expect(complaints).toEqual([]);
    await page.getByRole("button", { name: "Continue" }).waitFor();
  });
});

test("a double click that began on another window does not end on its button; a key does, and so does the next press", async () => {
  const email = "twice@example.org";
  const page = await signedUp(world, email);
  const codes = () => query(world.databaseUrl, "select 1 from authorization_codes where user_id = (select id from users where email_key = $1)", [email]);
  for (const press of ["pointer", "key"] as const) {
    const { outcome } = program(page, press);
    await title(page, "Sign in to an app?");
    const button = page.getByRole("button", { name: "Continue" });
    const front = () =>
      button.evaluate((element) => {
        window.dispatchEvent(new Event("focus"));
        return element.hasAttribute("aria-disabled");
      });
    await expect.poll(front).toBe(true);
    await button.and(page.locator(":not([aria-disabled])")).waitFor();
    // What lay in front is closed, and the second click comes.
    const isTaken = await button.evaluate((element) => {
      window.dispatchEvent(new Event("focus"));
      return element.dispatchEvent(new MouseEvent("click", { detail: 1, bubbles: true, cancelable: true }));
    });
    expect([isTaken, (await codes()).length]).toEqual([false, press === "pointer" ? 0 : 1]);
    if (press === "pointer") await button.click();
    else await button.press("Enter");
    expect(await outcome).toBe(email);
    await page.getByText("You are signed in. You can close this page").waitFor();
  }
});

test("a passkey signs a program in too", async () => {
  const email = "passkey-program@example.org";
  const page = await signedUp(world, email);
  await addAuthenticator(page);
  await page.goto("/security");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await expect.poll(() => page.getByRole("list", { name: "Passkeys" }).getByRole("listitem").count(), { timeout: 20_000 }).toBe(1);
  await leave(page);
  const { outcome } = program(page);
  // Chromium's own authenticator gives it by itself, as soon as the field offers it.
  await title(page, "Sign in to an app?");
  await letIn(page);
  expect(await outcome).toBe(email);
});

test("what asks in another way is told so on the spot, and led nowhere", async () => {
  const page = await openPage(world);
  for (const [redirect, method = "S256"] of [["http://127.0.0.1:49152@evil.example/callback"], ["https://evil.example/callback"], ["javascript:alert(1)"], ["http://127.0.0.1:49152/callback", "plain"]] as const) {
    const answer = await page.goto(addressOf(redirect, { code_challenge_method: method }));
    expect([answer?.status(), new URL(page.url()).origin]).toEqual([200, world.app.url]);
    await title(page, "This app cannot sign in here");
    if (method === "S256") expect(answer?.headers()["content-security-policy"]).toContain("form-action 'self';");
    expect(await page.locator("main a, main form").count()).toBe(0);
  }
});

describe("the policy of the page that lets apps in", () => {
  /** That page, and what the browser stops there, by the directive that stops it. `injected`: into its HTML, by somebody who does not know its nonce. */
  async function openGuarded(email: string, injected = ""): Promise<{ page: Page; stopped: () => Promise<string[]> }> {
    const page = await signedUp(world, email);
    await page.goto(addressOf("com.example.app:/signed-in"));
    await page.addInitScript(() => {
      const seen: string[] = [];
      Object.assign(window, { seen });
      document.addEventListener("securitypolicyviolation", ({ effectiveDirective, disposition, blockedURI }) => seen.push(`${disposition} ${effectiveDirective} ${blockedURI}`));
    });
    await page.route(/\/authorize\?/, async (route) => {
      if (route.request().method() !== "GET") return route.continue();
      const response = await route.fetch();
      const [, nonce = ""] = /'nonce-([^']+)'/.exec(response.headers()["content-security-policy"] ?? "") ?? [];
      const known = `<script nonce="${nonce}">window.knows = true</script>`;
      await route.fulfill({ response, body: (await response.text()).replace(/<body[^>]*>/, (body) => body + injected + known) });
    });
    await page.goto(page.url());
    return { page, stopped: () => page.evaluate(() => (window as unknown as { seen: string[] }).seen) };
  }

  test("stops a form of somebody else's to another origin or another app, and lets one to the app pass", async () => {
    const { port, heard } = await listenOn("127.0.0.1");
    const { page, stopped } = await openGuarded("form@example.org");
    for (const action of [`http://127.0.0.1:${port}/steal`, "com.example.evil:/steal", "com.example.app:/signed-in"]) {
      await page.evaluate((to) => {
        const form = Object.assign(document.createElement("form"), { action: to, method: "get" });
        form.append(Object.assign(document.createElement("input"), { name: "code", value: "stolen" }));
        document.body.append(form);
        form.submit();
      }, action);
    }
    await expect.poll(stopped).toHaveLength(2);
    expect(await stopped()).toEqual([`enforce form-action http://127.0.0.1:${port}/steal?code=stolen`, "enforce form-action com.example.evil"]);
    await title(page, "Sign in to an app?");
    expect(heard()).toEqual([]);
  });

  test("stops the page's own form when its answer leads to another app than the page is for", async () => {
    const { port, heard } = await listenOn("127.0.0.1");
    const { page, stopped } = await openGuarded("answer@example.org");
    await page.evaluate((to) => {
      const field = document.querySelector<HTMLInputElement>("input[name=redirect_uri]");
      if (!field?.form) throw new Error("no such field");
      field.value = to;
      // As without scripts: the browser follows the answer by itself.
      HTMLFormElement.prototype.submit.call(field.form);
    }, `http://127.0.0.1:${port}/callback`);
    await expect.poll(stopped).toEqual([expect.stringMatching(/^enforce form-action /)]);
    expect(heard()).toEqual([]);
  });

  test("stops scripts that do not carry its nonce", async () => {
    const { page, stopped } = await openGuarded("script@example.org", `<script>window.ran = "inline"</script><script src="/icon.svg"></script><img src="data:," onerror="window.ran = 'handler'">`);
    await title(page, "Sign in to an app?");
    await expect.poll(stopped).toEqual(["enforce script-src-elem inline", `enforce script-src-elem ${world.app.url}/icon.svg`, "enforce script-src-attr inline"]);
    expect(await page.evaluate(() => [(window as unknown as { ran?: string }).ran, (window as unknown as { knows?: true }).knows])).toEqual([undefined, true]);
  });
});

test.each(["light", "dark"] as const)("in the %s its pages have no accessibility violation and do not scroll sideways", async (colorScheme) => {
  const page = await signedUp(world, `a-rather-long-name.of-somebody-somewhere-${colorScheme}@example.org`, { colorScheme });
  const found: string[] = [];
  for (const [name, redirect, more] of [["loopback", "http://127.0.0.1:49152/callback", { device_name: "W".repeat(64), platform: "A platform with a rather long name, which it is", app_version: "1.0.0-beta.2" }], ["scheme", "com.example.app:/signed-in", {}], ["refused", "https://evil.example/", {}]] as const) {
    await page.goto(addressOf(redirect, more));
    for (const width of [320, 768, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      found.push(...(await accessibilityTroubles(page, { name: `${name} at ${width} px` })));
    }
  }
  expect(found).toEqual([]);
});
