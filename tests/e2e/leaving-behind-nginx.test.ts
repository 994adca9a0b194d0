import { randomFillSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { BrowserContextOptions, Page } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { query } from "@/scripts/servers/query";
import { enter, PASSWORD } from "@/tests/support/account-pages";
import { type Instance, type Production, startProduction } from "@/tests/support/behind-nginx";
import { openBrowser } from "@/tests/support/browser";
import { newDatabase } from "@/tests/support/new-database";
import { openPage, signedUp, type World } from "@/tests/support/second-step-pages";
import { atEnd } from "@/tests/support/stop-everything";
import { makeTemporaryFolder } from "@/tests/support/temporary-folder";
import { startTestMail } from "@/tests/support/test-mail";
import { unzip } from "@/tests/support/unzip";

/** More than all that lies between an app and who takes it slowly: two connections, and nginx. */
const LARGE = 64 * 1024 * 1024;

let production: Production;
let world: World;
let folder: string;

beforeAll(async () => {
  const [inbox, databaseUrl, temporary] = [await startTestMail(), await newDatabase(), await makeTemporaryFolder()];
  folder = temporary.folder;
  atEnd(temporary.remove);
  production = await startProduction({ ...inbox.env, DATABASE_URL: databaseUrl, DATA_DIR: folder });
  world = { app: production.nginx, inbox, databaseUrl, browser: await openBrowser() };
}, 300_000);

afterAll(() => expect(production.strayLines()).toEqual([]));

const secure = (javaScriptEnabled = true): BrowserContextOptions => ({ javaScriptEnabled, ignoreHTTPSErrors: true, acceptDownloads: true });

async function press(page: Page, name: string, meets: Instance): Promise<void> {
  await production.nextMeets(meets);
  await page.getByRole("button", { name, exact: true }).click();
}

const lastMet = (line: RegExp, which: Instance) => production.lastMet(line, which);

/** Another browser of the account, which hears of all at once. */
async function alsoIn(email: string): Promise<Page> {
  const page = await openPage(world, secure());
  await enter(page, email, PASSWORD);
  await page.waitForURL("**/devices");
  await page.getByText("Live", { exact: true }).waitFor();
  return page;
}

/** They are led to the page that says so within a second of this. */
function fallOut(...pages: Page[]): () => Promise<void> {
  const left = Promise.all(pages.map((page) => page.waitForURL(/\/sign-in\?ended=1/, { timeout: 30_000, waitUntil: "commit" })));
  return async () => {
    const started = performance.now();
    await left;
    expect(performance.now() - started).toBeLessThan(1_000);
  };
}

/** Makes one by the page; its id. */
async function makeExport(page: Page, email: string, meets: Instance): Promise<string> {
  await page.goto("/leave");
  await press(page, "Make an export", meets);
  await world.inbox.waitFor(({ to, subject }) => to.includes(email) && /export is ready/.test(subject));
  const [row] = await query<{ id: string }>(world.databaseUrl, "select id from exports where user_id = (select id from users where email_key = $1)", [email]);
  return row?.id ?? "";
}

async function cookiesOf(page: Page): Promise<string> {
  return (await page.context().cookies(production.nginx.url)).map(({ name, value }) => `${name}=${value}`).join("; ");
}

/** Nothing of the body is taken before it is asked for. */
async function take(page: Page, id: string, { method = "GET", range }: { method?: string; range?: string } = {}): Promise<IncomingMessage> {
  const { nginx } = production;
  const headers = { cookie: await cookiesOf(page), ...(range && { range }) };
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port: nginx.port, servername: "localhost", ca: nginx.certificate, agent: false, method, path: `/api/auth/exports/${id}`, headers }, resolve).on("error", reject).end();
  });
}

/** How many bytes come of it, and why no more. */
async function amountOf(answer: IncomingMessage): Promise<{ bytes: number; end: string }> {
  let bytes = 0;
  try {
    for await (const piece of answer) bytes += (piece as Buffer).length;
    return { bytes, end: "whole" };
  } catch (error) {
    return { bytes, end: (error as Error).message };
  }
}

describe.each<[boolean, Instance, Instance]>([[true, 0, 1], [false, 1, 0]])("with JavaScript %j, at instances %i and %i:", (javaScriptEnabled, first, second) => {
  const email = `leaver-${javaScriptEnabled}@example.org`;

  test("an export is asked for at one and downloaded from either; a deletion throws every browser out, and is taken back", async () => {
    const page = await signedUp(world, email, secure(javaScriptEnabled));
    const id = await makeExport(page, email, first);
    await lastMet(/^POST \/leave 200|^POST \/leave 303/, first);
    const { text } = await world.inbox.waitFor(({ to, subject }) => to.includes(email) && /export is ready/.test(subject));
    expect(text).toContain(`${production.nginx.url}/leave`);
    await page.goto("/leave");
    await production.nextMeets(second);
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download" }).click()]);
    expect(download.suggestedFilename()).toMatch(/^account-\d{4}-\d\d-\d\d\.zip$/);
    const file = await readFile(await download.path());
    expect(JSON.parse((await unzip(file)).get("profile.json")?.toString() ?? "")).toMatchObject({ email });
    await lastMet(/^GET \/leave\/download\/\S+ 200/, second);
    // The same from each; a part of it is not to be had, and whoever asks for one gets it whole.
    for (const instance of [first, second]) {
      await production.nextMeets(instance);
      const whole = await take(page, id, { range: "bytes=10-19" });
      expect([whole.statusCode, whole.headers["content-length"], whole.headers["content-type"], whole.headers["cache-control"]]).toEqual([200, String(file.length), "application/zip", "private, no-store"]);
      expect([whole.headers["content-disposition"], whole.headers["content-encoding"], whole.headers["accept-ranges"]]).toEqual([`attachment; filename="${download.suggestedFilename()}"`, undefined, undefined]);
      expect((await buffer(whole)).equals(file)).toBe(true);
      await lastMet(/^GET \/api\/auth\/exports\/\S+ 200/, instance);
    }

    const others = [await alsoIn(email), await alsoIn(email)];
    const out = fallOut(...others);
    await page.getByLabel("Email").fill(email);
    await press(page, "Delete account", second);
    await page.waitForURL(/\/sign-in\?ended=1/, { waitUntil: "commit" });
    await out();
    await page.getByText("is to be deleted").waitFor();
    await lastMet(/^POST \/leave/, second);
    const mail = await world.inbox.waitFor(({ to, subject }) => to.includes(email) && /will be deleted/.test(subject));
    const link = /https:\/\/\S+\/sign-in/.exec(mail.text)?.[0] ?? "";
    expect(link).toBe(`${production.nginx.url}/sign-in`);

    // By the mail's link, in a browser that was never here; and where they were.
    for (const keeper of [await openPage(world, secure(javaScriptEnabled)), page]) {
      await keeper.goto(link);
      await keeper.getByLabel("Email").fill(email);
      await keeper.getByLabel("Password", { exact: true }).fill(PASSWORD);
      await press(keeper, "Sign in", first);
      await keeper.waitForURL("**/continue");
      await keeper.goto("/devices");
      await keeper.waitForURL("**/sign-in?**");
      await keeper.goto("/continue");
      await press(keeper, "Keep my account", second);
      await keeper.waitForURL("**/devices");
      await lastMet(/^POST \/sign-in/, first);
      await lastMet(/^POST \/continue/, second);
      if (keeper === page) break;
      await keeper.goto("/leave");
      await keeper.getByLabel("Email").fill(email);
      await press(keeper, "Delete account", first);
      await keeper.waitForURL(/\/sign-in\?ended=1/);
    }
    for (const { context } of [page, ...others].map((one) => ({ context: one.context() }))) await context.close();
  });
});

test("whom an administrator deletes falls out everywhere, and can keep the account", async () => {
  const boss = await signedUp(world, "boss@example.org", secure());
  await query(world.databaseUrl, "update users set role = 'ADMIN' where email_key = 'boss@example.org'");
  const email = "target@example.org";
  const target = await signedUp(world, email, secure());
  await target.getByText("Live", { exact: true }).waitFor();
  const out = fallOut(target, await alsoIn(email));
  const [user] = await query<{ id: string }>(world.databaseUrl, "select id from users where email_key = $1", [email]);
  await boss.goto(`/admin/users/${user?.id}`);
  await boss.getByLabel("Email", { exact: true }).fill(email);
  await press(boss, "Delete account", 1);
  await boss.getByText(/^Leaves/).waitFor();
  await out();
  await enter(target, email, PASSWORD);
  await target.waitForURL("**/continue");
  await press(target, "Keep my account", 0);
  await target.waitForURL("**/devices");
});

test("a download is passed on as it is taken, and stops in its middle when the session ends", async () => {
  const email = "slow@example.org";
  const page = await signedUp(world, email, secure());
  const id = await makeExport(page, email, 0);
  const [row] = await query<{ object: string }>(world.databaseUrl, "update exports set bytes = $2 where id = $1 returning object", [id, LARGE]);
  writeFileSync(join(folder, "objects", row?.object ?? ""), randomFillSync(Buffer.alloc(LARGE)));
  expect(await amountOf(await take(page, id))).toEqual({ bytes: LARGE, end: "whole" });
  const answer = await take(page, id);
  expect(answer.headers["content-length"]).toBe(String(LARGE));
  // Whatever takes it off the app ahead of its taker has it by then.
  await sleep(2_000);
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.waitForURL("**/sign-in");
  const { bytes, end } = await amountOf(answer);
  expect(end).toBe("aborted");
  expect(bytes).toBeLessThan(LARGE);
});
