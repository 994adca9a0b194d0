import { writeFileSync } from "node:fs";
import { get as getPlain } from "node:http";
import { get as getSecure } from "node:https";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { enter, PASSWORD, signInByForm, signUpByForm } from "@/tests/support/account-pages";
import { type Production, startProduction } from "@/tests/support/behind-nginx";
import { openBrowser } from "@/tests/support/browser";
import { prepareNginx, startRelay } from "@/tests/support/nginx";
import { phonePhoto } from "@/tests/support/pictures";
import { atEnd } from "@/tests/support/stop-everything";
import { makeTemporaryFolder } from "@/tests/support/temporary-folder";

/** Where nginx sees the browsers; it is itself seen at 127.0.0.1, and so would be an app that asks itself. */
const BROWSERS = "127.0.0.2";
const APPS_OWN = "127.0.0.1";

let production: Production;
let browser: Browser;
let photo: string;

beforeAll(async () => {
  production = await startProduction();
  const { port } = production.nginx;
  browser = await openBrowser([`--host-resolver-rules=MAP localhost:${port} 127.0.0.1:${await startRelay(port, BROWSERS)}`]);
  const { folder, remove } = await makeTemporaryFolder();
  atEnd(remove);
  photo = join(folder, "phone.jpg");
  writeFileSync(photo, await phonePhoto());
}, 300_000);

afterAll(() => expect(production.strayLines()).toEqual([]));

async function open(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ baseURL: production.nginx.url, ignoreHTTPSErrors: true, extraHTTPHeaders: { "x-forwarded-for": "6.6.6.6" }, ...options });
  return context.newPage();
}

/** The requests that `work` caused at nginx, but for files, streams and their probes, and what the field of a sign-in offers passkeys by. */
async function requestsOf(work: () => Promise<unknown>): Promise<{ line: string; address: string }[]> {
  const before = production.nginx.requests().length;
  await work();
  return production.nginx
    .requests()
    .slice(before)
    .filter(({ path }) => !/^\/(_next\/static|icon\.svg|favicon\.ico|api\/auth\/events|api\/auth\/passkeys\/challenge|api\/avatars)/.test(path))
    .map(({ method, path, address }) => ({ line: `${method} ${path.replace(/[?&]_rsc=[^&]*/, "")}`, address }));
}

/** The addresses that the account was used from. */
async function addressesOf(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const { items } = (await (await fetch("/api/auth/ips")).json()) as { items: { address: string }[] };
    return items.map(({ address }) => address);
  });
}

describe.each([
  ["by script", true],
  ["without JavaScript", false],
])("%s", (_name, javaScriptEnabled) => {
  const email = `nginx-${javaScriptEnabled}@example.org`;

  test("signing up and in is one request and the page it leads to; nobody asks but the browser", async () => {
    const page = await open({ javaScriptEnabled });
    await signUpByForm(page, email);
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await page.waitForURL("**/sign-in");
    const asked = await requestsOf(() => signInByForm(page, email));
    expect(asked.map(({ line }) => line)).toEqual(["GET /sign-in", "POST /sign-in", "GET /devices"]);
    expect(new Set(asked.map(({ address }) => address))).toEqual(new Set([BROWSERS]));
    await page.getByText(BROWSERS).first().waitFor();
    expect(await page.getByText(APPS_OWN).count()).toBe(0);
    expect(await page.getByText("6.6.6.6").count()).toBe(0);
  });

  test("a wrong password says so, and the right one leads to the page asked for", async () => {
    const page = await open({ javaScriptEnabled });
    await page.goto("/activity");
    expect(page.url()).toContain("/sign-in?next=%2Factivity");
    await page.getByLabel("Email").fill(email);
    await page.getByLabel("Password", { exact: true }).fill("a wrong one, but long");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText(/not right/).first().waitFor();
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL("**/activity");
  });
});

test("cookies are Secure and named __Host-, those of scripts are Secure too", async () => {
  const page = await open({ timezoneId: "Pacific/Auckland" });
  await signUpByForm(page, "cookies@example.org");
  await expect.poll(async () => (await page.context().cookies()).map(({ name }) => name).sort()).toEqual(["__Host-latchkey", "__Host-latchkey-device", "__Host-latchkey-proof", "latchkey-zone"]);
  for (const cookie of await page.context().cookies()) expect(cookie, cookie.name).toMatchObject({ secure: true, path: "/", sameSite: "Lax", domain: "localhost" });
});

test("devices are live, an ended session's browser falls out within a second, a sign-out leads away", async () => {
  const desk = await open();
  await signUpByForm(desk, "live@example.org");
  await desk.getByText("Live", { exact: true }).waitFor();
  const other = await open();
  await signInByForm(other, "live@example.org");
  await other.getByText("Live", { exact: true }).waitFor();
  await desk.getByRole("button", { name: "End session" }).click({ timeout: 3_000 });
  const dialog = desk.getByRole("dialog");
  const ended = Date.now();
  await Promise.all([
    other.waitForURL("**/sign-in?ended=1**", { timeout: 5_000 }).then(() => expect(Date.now() - ended).toBeLessThan(1_000 + 500)),
    dialog.getByRole("button", { name: "End session" }).click(),
  ]);
  expect(await addressesOf(desk)).toEqual([BROWSERS]);
  await desk.getByRole("button", { name: "Sign out", exact: true }).click();
  await desk.waitForURL("**/sign-in");
  await desk.goBack();
  await desk.waitForURL("**/sign-in**");
});

test("who acts after the session has ended is led away by a document navigation, and the app asks itself nothing", async () => {
  const page = await open();
  await signUpByForm(page, "late@example.org");
  // No stream: the page does not know yet.
  await page.route("**/api/auth/events", (route) => route.abort());
  await page.goto("/profile");
  const other = await open();
  await signInByForm(other, "late@example.org");
  await other.getByRole("button", { name: "Sign out everywhere else" }).click();
  await other.getByRole("dialog").getByRole("button", { name: "Sign out everywhere else" }).click();
  await expect.poll(() => other.getByRole("button", { name: "End session" }).count(), { timeout: 10_000 }).toBe(0);
  // It would look at its devices once more.
  await other.context().close();
  await page.getByLabel("Name").fill("Too Late");
  const asked = await requestsOf(async () => {
    await page.getByRole("button", { name: "Save name" }).click();
    await page.waitForURL("**/sign-in?ended=1");
  });
  expect(asked).toEqual([{ line: "POST /profile", address: BROWSERS }, { line: "GET /sign-in?ended=1", address: BROWSERS }]);
});

test("a phone's picture passes and is shown", async () => {
  const page = await open();
  await signUpByForm(page, "picture@example.org");
  await page.goto("/profile");
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByRole("button", { name: "Upload picture" }).click()]);
  await chooser.setFiles(photo);
  await page.getByRole("dialog").getByRole("button", { name: "Upload picture" }).click();
  await expect.poll(() => page.locator("main img").evaluate((image: HTMLImageElement) => image.naturalWidth), { timeout: 15_000 }).toBeGreaterThan(100);
});

test("a link of a mail leaves its token in no log", async () => {
  const { nginx } = production;
  const token = "logged-nowhere-".padEnd(43, "x");
  const page = await open();
  await page.goto(`/not-me?token=${token}`);
  expect(page.url()).toBe(`${nginx.url}/not-me`);
  await expect.poll(() => nginx.operatorsLog()).toContain('"GET /not-me HTTP/2.0" 303');
  expect(nginx.operatorsLog() + nginx.complaints() + production.output()).not.toContain(token);
});

test("nor when no instance answers", async () => {
  const nginx = await prepareNginx();
  await nginx.start();
  const token = "logged-nowhere-".padEnd(43, "x");
  for (const path of ["/devices?secret=no", `/reset?token=${token}`]) {
    const status = await new Promise((resolve, reject) => getSecure(nginx.url + path, { rejectUnauthorized: false }, (answer) => resolve(answer.resume().statusCode)).on("error", reject));
    expect(status).toBe(502);
  }
  expect(nginx.complaints()).toContain("/devices");
  // A line is written after its answer is sent.
  await expect.poll(() => nginx.operatorsLog()).toContain('"GET /reset HTTP/1.1" 502');
  expect(nginx.operatorsLog() + nginx.complaints()).not.toContain(token);
});

test("http leads to https, browsers speak HTTP/2, nginx has nothing to complain about", async () => {
  const { nginx } = production;
  const location = await new Promise((resolve) => getPlain(`http://127.0.0.1:${nginx.plainPort}/devices?a=1`, (answer) => resolve(answer.resume().headers.location)));
  expect(location).toBe(`${nginx.url}/devices?a=1`);
  await enter(await open(), "nobody@example.org", "not the right one, sorry");
  expect(nginx.requests().filter(({ userAgent }) => userAgent.includes("Chrome")).every(({ protocol }) => protocol === "HTTP/2.0")).toBe(true);
  // It says so when an answer was kept on disk, which is nothing.
  expect(nginx.complaints().split("\n").filter((line) => line && !/buffered to a temporary file/.test(line))).toEqual([]);
});
