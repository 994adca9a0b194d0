import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright";
import sharp from "sharp";
import { beforeAll, expect, test } from "vitest";
import { accessibilityTroubles } from "@/tests/support/accessibility";
import { signIn, signUp } from "@/tests/support/account-pages";
import { openBrowser } from "@/tests/support/browser";
import { newDatabase } from "@/tests/support/new-database";
import { colourAt, phonePhoto, photo } from "@/tests/support/pictures";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { atEnd } from "@/tests/support/stop-everything";
import { makeTemporaryFolder } from "@/tests/support/temporary-folder";
import { startTestRedis } from "@/tests/support/test-redis";

let app: TestApp;
let browser: Browser;
let files: { phone: string; large: string; text: string; broken: string };

beforeAll(async () => {
  const redis = await startTestRedis();
  app = await startApp({ env: { DATABASE_URL: await newDatabase(), REDIS_URL: redis.url } });
  browser = await openBrowser();
  const { folder, remove } = await makeTemporaryFolder();
  atEnd(remove);
  const save = (name: string, content: Buffer | string) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  files = {
    phone: save("phone.jpg", await phonePhoto()),
    // Over 5 MB as it is; the part that is cut out of it is not.
    large: save("large.png", await photo(2_000, 1_600).png({ compressionLevel: 0 }).toBuffer()),
    text: save("letter.pdf", "%PDF-1.7 a letter"),
    broken: save("broken.jpg", "no picture at all"),
  };
}, 240_000);

async function open(options: BrowserContextOptions = {}): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ baseURL: app.url, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  return { page, complaints };
}

/** The picture in the header, and the large one on the profile. */
const header = (page: Page) => page.locator("header img");
const shown = (page: Page) => page.locator("main img");

async function choose(page: Page, file: string) {
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByRole("button", { name: "Upload picture" }).click()]);
  await chooser.setFiles(file);
}

async function fileOf(page: Page): Promise<Buffer> {
  const address = (await shown(page).getAttribute("src")) as string;
  return (await page.request.get(address.replace("/medium", "/large"))).body();
}

async function expectUpright(picture: Buffer) {
  const { exif, orientation, width } = await sharp(picture).metadata();
  expect({ exif, orientation, width }).toEqual({ exif: undefined, orientation: undefined, width: 512 });
  expect(picture.includes("SecretCamera")).toBe(false);
  const [above, below] = [await colourAt(picture, 0.5, 0.1), await colourAt(picture, 0.5, 0.9)];
  expect([above.r > 150, above.b < 110, below.b > 150, below.r < 110]).toEqual([true, true, true, true]);
}

test("everyone has a picture; a phone's photograph is cut, uploaded, upright, and shown at once in both browsers", async () => {
  const { page, complaints } = await open();
  await signUp(page, "picture@example.org");
  await header(page).waitFor();
  const { page: other } = await open();
  await signIn(other, "picture@example.org");
  await other.getByText("Live", { exact: true }).waitFor();
  const before = await header(other).getAttribute("src");

  await page.goto("/profile");
  await choose(page, files.phone);
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("group", { name: /Move it with the arrow keys/ }).waitFor();
  expect(await accessibilityTroubles(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Upload picture" }).click();
  await page.getByText("Picture changed.").waitFor();
  await expect.poll(() => header(other).getAttribute("src"), { timeout: 3_000 }).not.toBe(before);
  expect(await header(page).getAttribute("src")).toBe(await header(other).getAttribute("src"));
  expect(await header(page).evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(64);
  await expectUpright(await fileOf(page));
  expect(complaints).toEqual([]);
});

test("the part that is chosen with the keyboard is the part that is kept; what is over 5 MB can be cut from", async () => {
  const { page } = await open();
  await signUp(page, "keyboard@example.org");
  await page.goto("/profile");
  await choose(page, files.phone);
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Zoom").fill("4");
  await dialog.getByRole("group").focus();
  for (let i = 0; i < 60; i++) await page.keyboard.press("ArrowUp");
  await page.waitForTimeout(300);
  await dialog.getByRole("button", { name: "Upload picture" }).click();
  await page.getByText("Picture changed.").waitFor();
  await expect.poll(async () => {
    const picture = await fileOf(page);
    const points = await Promise.all([0.1, 0.9].map((y) => colourAt(picture, 0.5, y)));
    return points.every(({ r, b }) => b > 150 && r < 110) || points.every(({ r, b }) => r > 150 && b < 110);
  }, { timeout: 15_000 }).toBe(true);

  const before = await shown(page).getAttribute("src");
  await choose(page, files.large);
  await dialog.getByRole("group").waitFor();
  await page.waitForTimeout(300);
  await dialog.getByRole("button", { name: "Upload picture" }).click();
  await expect.poll(() => shown(page).getAttribute("src"), { timeout: 15_000 }).not.toBe(before);
});

test("a file can be dropped; what is no picture is refused in words", async () => {
  const { page } = await open();
  await signUp(page, "drop@example.org");
  await page.goto("/profile");
  await shown(page).waitFor();
  const before = await shown(page).getAttribute("src");
  await choose(page, files.text);
  await expect.poll(() => page.getByRole("alert").filter({ hasText: "not a picture" }).count()).toBe(1);
  await choose(page, files.broken);
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Your browser cannot show this file").waitFor();
  await dialog.getByRole("button", { name: "Upload picture" }).click();
  await dialog.getByRole("alert").filter({ hasText: "This is not a JPEG, PNG, WebP, GIF or AVIF picture." }).waitFor();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  expect(await shown(page).getAttribute("src")).toBe(before);

  const content = [...(await photo(200, 200).png().toBuffer())];
  const transfer = await page.evaluateHandle((bytes) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], "dropped.png", { type: "image/png" }));
    return data;
  }, content);
  await page.getByText("Your picture").dispatchEvent("dragover", { dataTransfer: transfer });
  await page.getByText("Drop it here.").waitFor();
  await page.getByText("Your picture").dispatchEvent("drop", { dataTransfer: transfer });
  await dialog.getByRole("group").waitFor();
  await page.waitForTimeout(300);
  await dialog.getByRole("button", { name: "Upload picture" }).click();
  await expect.poll(() => shown(page).getAttribute("src"), { timeout: 15_000 }).not.toBe(before);
});

test("while it uploads a bar moves, and stopping changes nothing", async () => {
  const { page } = await open();
  await signUp(page, "slow@example.org");
  await page.goto("/profile");
  await shown(page).waitFor();
  const before = await shown(page).getAttribute("src");
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 15_000 });
  await choose(page, files.large);
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("group").waitFor();
  await page.waitForTimeout(300);
  await dialog.getByRole("button", { name: "Upload picture" }).click();
  const bar = dialog.getByRole("progressbar", { name: "Upload" });
  await expect.poll(async () => Number(await bar.getAttribute("aria-valuenow")), { timeout: 10_000 }).toBeGreaterThan(10);
  expect(Number(await bar.getAttribute("aria-valuenow"))).toBeLessThan(100);
  await dialog.getByRole("button", { name: "Stop" }).click();
  await bar.waitFor({ state: "detached" });
  await page.waitForTimeout(1_000);
  const { image } = (await (await page.request.get("/api/users/me")).json()) as { image: { medium: string } };
  expect(before).toBe(image.medium);
  await devtools.send("Network.emulateNetworkConditions", { offline: true, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
  await dialog.getByRole("button", { name: "Upload picture" }).click();
  await dialog.getByRole("alert").filter({ hasText: "could not reach Latchkey" }).waitFor();
  await devtools.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.waitFor({ state: "detached" });
});

test("back to Gravatar, and away with it", async () => {
  const { page } = await open();
  await signUp(page, "remove@example.org");
  await page.goto("/profile");
  await shown(page).waitFor();
  const before = await shown(page).getAttribute("src");
  await page.getByRole("button", { name: "Use Gravatar" }).click();
  await page.getByText("A pattern stands in").waitFor();
  await expect.poll(() => shown(page).getAttribute("src"), { timeout: 15_000 }).not.toBe(before);
  await page.getByRole("button", { name: "Remove picture" }).click();
  await page.getByText("Picture removed.").waitFor();
  await expect.poll(() => shown(page).count()).toBe(0);
  expect(await header(page).count()).toBe(0);
  await expect.poll(() => page.getByRole("button", { name: "Remove picture" }).count()).toBe(0);
});

test("without JavaScript: upload of a photograph with GPS, a refusal in words, Gravatar, remove", async () => {
  const { page } = await open({ javaScriptEnabled: false });
  await signUp(page, "plain-picture@example.org");
  await page.goto("/profile");
  await page.getByLabel("Picture file").first().setInputFiles(files.phone);
  await page.getByRole("button", { name: "Upload picture" }).click();
  await page.waitForURL("**/profile");
  await expectUpright(await fileOf(page));
  await page.getByLabel("Picture file").first().setInputFiles(files.text);
  await page.getByRole("button", { name: "Upload picture" }).click();
  await page.waitForURL("**/profile?picture=unprocessable_image");
  expect(await page.getByRole("alert").innerText()).toContain("This file cannot be used");
  await expectUpright(await fileOf(page));
  const before = await shown(page).getAttribute("src");
  await page.getByRole("button", { name: "Use Gravatar" }).click();
  await page.waitForURL("**/profile**");
  await expect.poll(() => shown(page).getAttribute("src"), { timeout: 15_000 }).not.toBe(before);
  await page.getByRole("button", { name: "Remove picture" }).click();
  await expect.poll(() => shown(page).count()).toBe(0);
});
