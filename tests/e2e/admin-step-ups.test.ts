import type { Browser, BrowserContextOptions, Page } from "playwright";
import { beforeAll, describe, expect, test } from "vitest";
import { query } from "@/scripts/servers/query";
import { troublesByDayAndNight } from "@/tests/support/accessibility";
import { PASSWORD, signIn, signUp } from "@/tests/support/account-pages";
import { openBrowser } from "@/tests/support/browser";
import { newDatabase } from "@/tests/support/new-database";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestRedis } from "@/tests/support/test-redis";
import { addAuthenticator } from "@/tests/support/virtual-authenticator";

const ADMIN = "admin@example.org";

let app: TestApp;
let browser: Browser;
let database: string;

beforeAll(async () => {
  database = await newDatabase();
  app = await startApp({ env: { DATABASE_URL: database, REDIS_URL: (await startTestRedis()).url, MAX_CONCURRENT_SESSIONS: "50", REQUIRE_SECOND_FACTOR: "GUARDED" } });
  browser = await openBrowser();
  await signUp((await open()).page, ADMIN, "Ada Admin");
  await query(database, "update users set role = 'ADMIN' where email = $1", [ADMIN]);
  await query(database, "insert into roles (name, permissions) values ('GUARDED', '{users.read}')");
}, 240_000);

async function open(options: BrowserContextOptions = {}): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ baseURL: app.url, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && complaints.push(`${page.url()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
  return { page, complaints };
}

/** An administrator whose browser has lost the proof of who they are. */
async function unproven(options: BrowserContextOptions = {}) {
  const opened = await open(options);
  await signIn(opened.page, ADMIN);
  await opened.page.context().clearCookies({ name: "latchkey-proof" });
  return opened;
}

/** Somebody with an account, signed in, and the id of it. */
async function person(name: string): Promise<{ page: Page; id: string }> {
  const { page } = await open();
  const email = `${name.toLowerCase().replaceAll(" ", ".")}@example.org`;
  await signUp(page, email, name);
  const [row] = await query<{ id: string }>(database, "select id from users where email = $1", [email]);
  return { page, id: row?.id as string };
}

/** Proves on `/confirm` who it is, and is back where it came from. */
async function confirm(page: Page, back: string): Promise<void> {
  await page.waitForURL("**/confirm?next=*");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.waitForURL(`${app.url}${back}`);
}

const roleOf = async (id: string) => (await query<{ role: string }>(database, "select role from users where id = $1", [id]))[0]?.role;

describe.each([true, false])("who has not proven lately who they are does so first, and comes back to what they were about to do (JavaScript: %s)", (javaScriptEnabled) => {
  const named = (name: string) => `${javaScriptEnabled ? "Scripted" : "Plain"} ${name}`;
  const sure = async (page: Page, button: string) => {
    await page.getByRole("button", { name: button }).click();
    if (javaScriptEnabled) await page.getByRole("dialog").getByRole("button", { name: button }).click();
  };

  test("giving a role, and disabling: one more press does it", async () => {
    const { id, page: victim } = await person(named("Person"));
    const { page, complaints } = await unproven({ javaScriptEnabled });
    await page.goto(`/admin/users/${id}`);
    await page.getByLabel("Role").selectOption("SUPPORT");
    await page.getByRole("button", { name: "Change role" }).click();
    await confirm(page, `/admin/users/${id}`);
    await page.getByText("Nothing has been changed yet. Press “Change role” once more.").waitFor();
    expect([await page.getByLabel("Role").inputValue(), await roleOf(id)]).toEqual(["SUPPORT", "USER"]);
    await page.getByRole("button", { name: "Change role" }).click();
    await page.getByText("USER → SUPPORT").waitFor();
    await page.getByText("Nothing has been changed yet.").waitFor({ state: "detached" });
    await page.context().clearCookies({ name: "latchkey-proof" });
    await sure(page, "Disable account");
    await confirm(page, `/admin/users/${id}`);
    const shown = javaScriptEnabled ? page.getByRole("dialog") : page;
    await shown.getByRole("button", { name: "Disable account" }).click();
    await victim.waitForURL("**/sign-in?ended=1**", { timeout: 5_000 });
    await page.getByRole("button", { name: "Enable account" }).waitFor();
    await page.reload();
    expect(await page.getByRole("dialog").count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test("ending what was picked, and all that match: the picks and the reason are there again", async () => {
    const victims = [await person(named("Pick One")), await person(named("Pick Two"))];
    const { page } = await unproven({ javaScriptEnabled });
    const list = `/admin/devices?q=${named("pick").replace(" ", "+").toLowerCase()}`;
    await page.goto(list);
    for (const { id } of victims) await page.getByRole("row").filter({ has: page.locator(`a[href="/admin/users/${id}"]`) }).getByRole("checkbox").check();
    if (javaScriptEnabled) {
      await page.getByRole("button", { name: "End 2 sessions" }).click();
      await page.getByLabel("Reason").fill("a drill of picks");
      await page.getByRole("dialog").getByRole("button", { name: "End 2 sessions" }).click();
    } else await page.getByRole("button", { name: "End the picked sessions" }).click();
    await confirm(page, list);
    if (javaScriptEnabled) {
      expect(await page.getByRole("dialog").getByLabel("Reason").inputValue()).toBe("a drill of picks");
      await page.getByRole("dialog").getByRole("button", { name: "End 2 sessions" }).click();
    } else {
      await page.getByText("Nothing has ended yet. Press “End the picked sessions” once more.").waitFor();
      expect(await page.locator("tbody").getByRole("checkbox", { checked: true }).count()).toBe(2);
      await page.getByRole("button", { name: "End the picked sessions" }).click();
    }
    for (const { page: victim } of victims) await victim.waitForURL("**/sign-in?ended=1**", { timeout: 5_000 });

    const other = await person(named("Match"));
    await page.context().clearCookies({ name: "latchkey-proof" });
    const match = `/admin/devices/end?q=${named("match").replace(" ", "+").toLowerCase()}`;
    await page.goto(match);
    await page.getByLabel("Reason").fill("a drill of all");
    await page.getByRole("button", { name: "End 1 session" }).click();
    await confirm(page, match);
    await page.getByText("Nothing has ended yet. Press “End 1 session” once more.").waitFor();
    expect(await page.getByLabel("Reason").inputValue()).toBe("a drill of all");
    await page.getByRole("button", { name: "End 1 session" }).click();
    await page.getByText("1 session of 1 user ended").waitFor();
    await other.page.waitForURL("**/sign-in?ended=1**", { timeout: 5_000 });
  });

  test("making a role, and changing it: what was filled in is there again", async () => {
    const role = javaScriptEnabled ? "NIGHT_SHIFT" : "DAY_SHIFT";
    const { page } = await unproven({ javaScriptEnabled });
    await page.goto("/admin/users/roles");
    await page.getByLabel("Name").fill(role);
    await page.getByLabel("See everyone’s devices").check();
    await page.getByRole("button", { name: "Add role" }).click();
    await confirm(page, `/admin/users/roles?edit=${role}`);
    await page.getByText("Nothing has been saved yet. Press “Add role” once more.").waitFor();
    expect([await page.getByLabel("Name").inputValue(), await page.getByLabel("See everyone’s devices").isChecked(), await page.getByLabel("Read the audit log").isChecked()]).toEqual([role, true, false]);
    await page.getByRole("button", { name: "Add role" }).click();
    await page.getByRole("heading", { name: role, exact: true }).waitFor();
    await page.context().clearCookies({ name: "latchkey-proof" });
    await page.goto(`/admin/users/roles?edit=${role}`);
    await page.getByLabel("Remove the second step of others").check();
    await page.getByRole("button", { name: "Save role" }).click();
    await confirm(page, `/admin/users/roles?edit=${role}`);
    expect(await page.getByLabel("Remove the second step of others").isChecked()).toBe(true);
    await page.getByRole("button", { name: "Save role" }).click();
    await expect.poll(async () => (await query<{ permissions: string[] }>(database, "select permissions from roles where name = $1", [role]))[0]?.permissions).toEqual(["sessions.read", "factors.reset"]);
  });

  test("removing a second step: who has what is shown, and then nothing", async () => {
    const { id } = await person(named("Factored"));
    await query(database, "insert into totp_factors (id, user_id, secret, ways, number, confirmed_at) values (gen_random_uuid(), $1, 'sealed', 0, 0, now())", [id]);
    await query(database, "insert into passkeys (id, user_id, credential_id, public_key, counter, synced, name, number) values (gen_random_uuid(), $1, gen_random_uuid()::text, 'key', 0, false, 'Key', 0)", [id]);
    await query(database, "insert into recovery_codes (id, user_id, selector, hash, number) select gen_random_uuid(), $1, n::text, 'hash', 0 from generate_series(1, 7) n", [id]);
    const { page } = await unproven({ javaScriptEnabled });
    await page.goto(`/admin/users/${id}`);
    for (const words of ["Authenticator app", "1 passkey", "7 recovery codes left"]) await page.getByText(words, { exact: true }).waitFor();
    await sure(page, "Remove second step");
    await confirm(page, `/admin/users/${id}`);
    const shown = javaScriptEnabled ? page.getByRole("dialog") : page;
    await shown.getByRole("button", { name: "Remove second step" }).click();
    await page.getByText("Nothing is set up.").waitFor();
    expect(await page.getByRole("button", { name: "Remove second step" }).count()).toBe(0);
    await page.getByRole("table").getByText("Second step removed").waitFor();
  });

  test("users are found by what they have, and each filter can be taken away", async () => {
    const name = named("Keyholder");
    const { id } = await person(name);
    await query(database, "insert into passkeys (id, user_id, credential_id, public_key, counter, synced, name, number) values (gen_random_uuid(), $1, gen_random_uuid()::text, 'key', 0, false, 'Key', 0)", [id]);
    const { page } = await unproven({ javaScriptEnabled });
    await page.goto("/admin/users");
    await page.getByLabel("Second step").selectOption("passkey");
    if (!javaScriptEnabled) await page.getByRole("button", { name: "Show" }).click();
    await page.waitForURL("**/admin/users?*factor=passkey*");
    await page.getByRole("row").filter({ hasText: name }).waitFor();
    expect(await page.getByRole("row").filter({ hasText: ADMIN }).count()).toBe(0);
    await page.getByRole("link", { name: "Remove the filter With a passkey" }).click();
    await page.getByRole("row").filter({ hasText: ADMIN }).waitFor();
    expect(new URL(page.url()).searchParams.has("factor")).toBe(false);
  });
});

test("whose role needs a second step lands where it is set up, and is told why", async () => {
  const { id } = await person("Grace Guarded");
  await query(database, "update users set role = 'GUARDED' where id = $1", [id]);
  const { page, complaints } = await open();
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill("grace.guarded@example.org");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/security");
  await page.getByText("Your role needs a second step.").waitFor();
  await page.getByRole("link", { name: "Activity" }).click();
  await page.waitForURL("**/security");
  expect(await page.getByRole("link", { name: "Admin", exact: true }).count()).toBe(0);
  // The way to /activity and back may still be under way, and would break a ceremony off.
  await page.goto("/security");
  // A passkey switches it on at once, and nobody shall have it without recovery codes.
  await addAuthenticator(page);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByText("A passkey is asked for after your password now.").waitFor();
  await page.getByText("You have no recovery codes yet.").waitFor();
  await page.getByRole("link", { name: "Make new recovery codes" }).click();
  await page.getByRole("button", { name: "Make new recovery codes" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Make new recovery codes" }).click();
  await page.getByText("Keep these recovery codes now").waitFor();
  expect(await page.getByText("A passkey is asked for after your password now.").count()).toBe(0);
  await page.getByRole("button", { name: "Sign out" }).first().click();
  await page.waitForURL("**/sign-in");
  expect(complaints).toEqual([]);
});

test("none of it has an accessibility violation in the light or in the dark, a complaint in the console or sideways scroll", async () => {
  const { id } = await person("Axe with a rather long name that has to give way");
  await query(database, "insert into totp_factors (id, user_id, secret, ways, number, confirmed_at) values (gen_random_uuid(), $1, 'sealed', 0, 0, now())", [id]);
  const { page, complaints } = await unproven();
  const found: string[] = [];
  async function look(name: string): Promise<void> {
    found.push(...(await troublesByDayAndNight(page, name)));
  }
  for (const path of ["/admin/users?factor=on", "/admin/users?factor=totp&q=axe", "/admin/users?factor=nonsense"]) {
    await page.goto(path);
    await look(path);
  }
  await page.goto(`/admin/users/${id}`);
  await page.getByRole("button", { name: "Remove second step" }).click();
  await page.getByRole("dialog").waitFor();
  await look("dialog");
  await page.getByRole("dialog").getByRole("button", { name: "Remove second step" }).click();
  await confirm(page, `/admin/users/${id}`);
  await page.getByRole("dialog").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await look("back from the step-up");
  expect(found).toEqual([]);
  expect(complaints).toEqual([]);
});
