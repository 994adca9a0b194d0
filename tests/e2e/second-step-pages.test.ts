import { beforeAll, expect, test } from "vitest";
import { query } from "@/scripts/servers/query";
import { troublesByDayAndNight } from "@/tests/support/accessibility";
import { enter, giveCode, PASSWORD } from "@/tests/support/account-pages";
import { appCode, keyOf, leave, openWorld, provenLongAgo, signedUp, switchOn, wrongAppCode, type World } from "@/tests/support/second-step-pages";

let world: World;

beforeAll(async () => {
  world = await openWorld();
}, 240_000);

test("none of its pages has an accessibility violation in the light or in the dark, a complaint in the console or sideways scroll", async () => {
  const email = "a-rather-long-name.of-somebody-somewhere@example.org";
  const page = await signedUp(world, email, { timezoneId: "Asia/Kathmandu" });
  const found: string[] = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && found.push(`${page.url()}: ${message.text()}`));
  page.on("pageerror", (error) => found.push(`${page.url()}: ${error.message}`));
  async function look(name: string): Promise<void> {
    found.push(...(await troublesByDayAndNight(page, name)));
  }
  await page.goto("/security");
  await look("security");
  await page.getByRole("button", { name: "Set up authenticator app" }).click();
  await page.waitForURL(/\/security\/authenticator/);
  await look("set-up");
  const secret = await keyOf(page);
  await giveCode(page, await wrongAppCode(world, secret));
  await page.getByText("This code is not right.").waitFor();
  await look("set-up-wrong");
  await switchOn(world, page, secret);
  await look("recovery-codes");
  await page.goto("/security/authenticator");
  await look("nothing-set-up");
  await query(world.databaseUrl, "update recovery_codes set used_at = clock_timestamp() where selector in (select selector from recovery_codes where user_id = (select id from users where email_key = $1) limit 8)", [email]);
  await query(world.databaseUrl, "insert into passkeys (id, user_id, credential_id, public_key, counter, synced, name, number, last_used_at) select gen_random_uuid(), id, gen_random_uuid()::text, 'none', 0, true, 'The rather long name of a key that is kept in more than one place', 1, clock_timestamp() from users where email_key = $1", [email]);
  await page.goto("/security");
  await look("security-on");
  await page.getByRole("button", { name: "Turn off" }).click();
  await look("turn-off");
  await page.keyboard.press("Escape");
  await provenLongAgo(world);
  await page.goto("/confirm?next=/security");
  await look("confirm");
  await leave(page);
  await enter(page, email, PASSWORD);
  await page.waitForURL(/\/continue/);
  await page.goto("/continue?way=totp");
  await look("continue-app");
  await page.goto("/continue?way=recovery_code");
  await giveCode(page, "ABCD-EFGH-JKMN-PQRS");
  await page.getByText("4 tries are left").waitFor();
  await look("continue-recovery-code");
  await page.goto("/continue?way=totp");
  await page.getByLabel("Don't ask again on this device").check();
  await giveCode(page, await appCode(world, secret));
  await page.waitForURL(/\/devices/);
  await page.getByText("Second step not asked here").waitFor();
  await look("trusted");
  expect(found).toEqual([]);
}, 180_000);

test("by keyboard alone, in the order of the page", async () => {
  const email = "keys@example.org";
  const page = await signedUp(world, email);
  await page.goto("/security");
  await page.getByRole("button", { name: "Set up authenticator app" }).focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/security\/authenticator/);
  const secret = await keyOf(page);
  await page.getByLabel("Code").focus();
  await page.keyboard.type(await wrongAppCode(world, secret));
  await page.keyboard.press("Enter");
  await page.getByText("This code is not right.").waitFor();
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("code");
  // What is wrong is selected: the right one is typed over it.
  await page.keyboard.type(await appCode(world, secret));
  await page.keyboard.press("Enter");
  await page.getByText("Your authenticator app is on.").waitFor();
  expect(await page.getByRole("status").filter({ hasText: "Your authenticator app is on." }).count()).toBe(1);
  await leave(page);
  await enter(page, email, PASSWORD);
  await page.waitForURL(/\/continue/);
  await page.getByLabel("Code").focus();
  await page.keyboard.type(await appCode(world, secret));
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Continue");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/devices/);
  await page.getByText("Second step not asked here").waitFor();
});

test.each([true, false])("recovery codes that nobody has seen can be made anew where the app was set up; the app moves to another phone (scripts: %s)", async (javaScriptEnabled) => {
  const email = `lost-answer-${javaScriptEnabled}@example.org`;
  const page = await signedUp(world, email, { javaScriptEnabled });
  await page.goto("/security");
  await page.getByRole("button", { name: "Set up authenticator app" }).click();
  await page.waitForURL(/\/security\/authenticator/);
  const secret = await keyOf(page);
  await switchOn(world, page, secret);
  // As after an answer that never came.
  await page.goto("/security/authenticator");
  await page.getByText("Your authenticator app is on, since").waitFor();
  await page.getByRole("button", { name: "Make new recovery codes" }).click();
  if (javaScriptEnabled) await page.getByRole("dialog").getByRole("button", { name: "Make new recovery codes" }).click();
  await page.getByText("Keep these recovery codes now").waitFor();
  expect(await page.getByRole("list", { name: "Recovery codes" }).getByRole("listitem").count()).toBe(10);
  await page.goto("/security");
  await page.getByRole("button", { name: "Set up on another phone" }).click();
  await page.waitForURL(/\/security\/authenticator/);
  const next = await keyOf(page);
  expect(next).not.toBe(secret);
  await giveCode(page, await appCode(world, next));
  await page.getByText("Your recovery codes stay as they are.").waitFor();
  await leave(page);
  await enter(page, email, PASSWORD);
  await page.waitForURL(/\/continue/);
  await page.getByText("None of these at hand? An administrator can help.").waitFor();
  await giveCode(page, await wrongAppCode(world, next));
  await page.getByText("Each code works once: wait for the next one.").waitFor();
  await giveCode(page, await appCode(world, next));
  await page.waitForURL(/\/devices/);
});

test("whoever has a passkey, no password and no passkey at hand is led to a new password, also without scripts", async () => {
  const email = "no-passkey@example.org";
  const page = await signedUp(world, email, { javaScriptEnabled: false });
  await query(world.databaseUrl, "insert into passkeys (id, user_id, credential_id, public_key, counter, synced, name, number) select gen_random_uuid(), id, gen_random_uuid()::text, 'none', 0, true, 'Key', 1 from users where email_key = $1", [email]);
  await query(world.databaseUrl, "update users set password_hash = null where email_key = $1", [email]);
  await page.goto("/confirm?next=/security");
  await page.getByText("No passkey at hand?").waitFor();
  await page.getByRole("link", { name: "Set a password" }).click();
  await page.waitForURL(/\/forgot/);
});
