import type { Page } from "playwright";
import { beforeAll, describe, expect, test } from "vitest";
import { query } from "@/scripts/servers/query";
import { accessibilityTroubles } from "@/tests/support/accessibility";
import { enter, giveCode, PASSWORD } from "@/tests/support/account-pages";
import { linkTo } from "@/tests/support/mail-links";
import { appCode, codesOf, keyOf, leave, mainText, openPage, openWorld, provenLongAgo, setUp, signedUp, switchOn, wrongAppCode, type World } from "@/tests/support/second-step-pages";

let world: World;

beforeAll(async () => {
  world = await openWorld();
}, 240_000);

describe.each([true, false])("with JavaScript: %s", (javaScriptEnabled) => {
  const options = { javaScriptEnabled };
  const address = (name: string) => `${name}-${javaScriptEnabled}@example.org`;

  test("set up, asked for on another browser, and a recovery code in its place", async () => {
    const email = address("ada");
    const page = await signedUp(world, email, options);
    await page.goto("/security");
    expect(await mainText(page)).toContain("Your password alone opens your account.");
    await page.getByRole("button", { name: "Set up authenticator app" }).click();
    await page.waitForURL(/\/security\/authenticator/);
    await giveCode(page, "12345");
    await page.getByText("A code has six digits.").waitFor();
    const secret = await keyOf(page);
    await giveCode(page, await wrongAppCode(world, secret));
    await page.getByText("This code is not right.").waitFor();
    expect(await keyOf(page), "the same key goes on").toBe(secret);
    await switchOn(world, page, secret);
    const codes = await codesOf(page);
    expect(codes).toHaveLength(10);
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download" }).click();
    expect((await download).suggestedFilename()).toBe("recovery-codes.txt");
    await page.getByRole("link", { name: "I have kept them" }).click();
    await page.waitForURL(/\/security$/);
    await page.getByText("Your account is well protected.").waitFor();
    expect(await mainText(page)).toContain("10 of 10 left");
    expect(await page.getByRole("list", { name: "Recovery codes" }).count()).toBe(0);

    const other = await openPage(world, options);
    await enter(other, email, PASSWORD);
    await other.waitForURL(/\/continue/);
    expect(await mainText(other)).toContain("Enter the code of your authenticator app");
    await giveCode(other, await wrongAppCode(world, secret));
    await other.getByText("4 tries are left").waitFor();
    await giveCode(other, await appCode(world, secret));
    await other.waitForURL(/\/devices/);

    const third = await openPage(world, options);
    await enter(third, email, PASSWORD);
    await third.waitForURL(/\/continue/);
    await third.getByRole("link", { name: "Use a recovery code" }).click();
    await third.waitForURL(/way=recovery_code/);
    await giveCode(third, "not a code");
    await third.getByText("A recovery code has 16 letters and digits.").waitFor();
    await giveCode(third, (codes[0] as string).toLowerCase().replaceAll("-", " "));
    await third.waitForURL(/\/devices/);
    await third.goto("/security");
    expect(await mainText(third)).toContain("9 of 10 left");
    await third.goto("/activity");
    for (const words of ["You set up an authenticator app", "Someone typed a wrong code of your authenticator app", "A recovery code was used"]) expect(await mainText(third)).toContain(words);

    const fourth = await openPage(world, options);
    await enter(fourth, email, PASSWORD);
    await fourth.waitForURL(/\/continue/);
    await fourth.goto("/continue?way=recovery_code");
    await giveCode(fourth, codes[0] as string);
    await fourth.getByText("4 tries are left").waitFor();
  });

  test("not asked again where that was ticked, until the trust is taken back", async () => {
    const email = address("trusting");
    const page = await signedUp(world, email, options);
    const { secret } = await setUp(world, page);
    await leave(page);
    await enter(page, email, PASSWORD);
    await page.waitForURL(/\/continue/);
    await page.getByLabel("Don't ask again on this device").check();
    await giveCode(page, await wrongAppCode(world, secret));
    await page.getByText("4 tries are left").waitFor();
    expect(await page.getByLabel("Don't ask again on this device").isChecked()).toBe(true);
    await giveCode(page, await appCode(world, secret));
    await page.waitForURL(/\/devices/);
    await page.goto("/security");
    expect(await mainText(page)).toContain("On one device the second step is not asked again");
    await leave(page);
    await enter(page, email, PASSWORD);
    await page.waitForURL(/\/devices/);
    expect(await mainText(page)).toContain("Second step not asked here until");
    await page.getByRole("button", { name: "Stop trusting" }).click();
    await page.getByRole("button", { name: "Stop trusting" }).waitFor({ state: "detached" });
    await leave(page);
    await enter(page, email, PASSWORD);
    await page.waitForURL(/\/continue/);
  });

  test("changed by who proves it once more: new recovery codes, and turned off", async () => {
    const email = address("changing");
    const page = await signedUp(world, email, options);
    const { secret, codes } = await setUp(world, page);
    await provenLongAgo(world);
    await page.goto("/security");
    await press(page, "Make new recovery codes");
    await page.waitForURL(/\/confirm/);
    expect(await mainText(page)).toContain("authenticator app");
    await giveCode(page, await wrongAppCode(world, secret));
    await page.getByText("This code is not right.").waitFor();
    await giveCode(page, await appCode(world, secret));
    await page.waitForURL(/\/security#recovery-codes/);
    await page.getByText("press “Make new recovery codes” once more").waitFor();
    await press(page, "Make new recovery codes");
    await expect.poll(() => codesOf(page)).toHaveLength(10);
    expect(await codesOf(page)).not.toEqual(codes);
    await provenLongAgo(world);
    await press(page, "Turn off");
    await page.waitForURL(/\/confirm/);
    await page.getByRole("link", { name: "Use a recovery code" }).click();
    await page.waitForURL(/way=recovery_code/);
    await giveCode(page, codes[1] as string);
    await page.getByText("This code is not right.").waitFor();
    await page.getByRole("link", { name: "Use your authenticator app" }).click();
    await page.waitForURL(/way=totp/);
    await giveCode(page, await appCode(world, secret));
    await page.waitForURL(/\/security#authenticator-app/);
    await press(page, "Turn off");
    await page.getByRole("button", { name: "Set up authenticator app" }).waitFor();
    expect(await mainText(page)).toContain("Your password alone opens your account.");
    await leave(page);
    await enter(page, email, PASSWORD);
    await page.waitForURL(/\/devices/);
  });

  test("asked before a new device signs in, where that is ticked; no more, by who proves it", async () => {
    const email = address("asking");
    const page = await signedUp(world, email, options);
    await page.goto("/security");
    await tick(page);
    await expect.poll(() => isTicked(email)).toBe(true);
    const other = await openPage(world, options);
    await enter(other, email, PASSWORD);
    await other.waitForURL(/\/continue/);
    await other.getByRole("button", { name: "Ask another device" }).waitFor();
    await provenLongAgo(world);
    await page.goto("/security");
    expect(await page.getByLabel("Ask before a new device signs in").isChecked()).toBe(true);
    await tick(page);
    await page.waitForURL(/\/confirm/);
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.waitForURL(/\/security#new-devices/);
    expect(await page.getByLabel("Ask before a new device signs in").isChecked()).toBe(true);
    await page.getByText("press “Ask before a new device signs in” once more").waitFor();
    await tick(page);
    await expect.poll(() => isTicked(email)).toBe(false);
  });

  test("a passkey alone as the second step: recovery codes come with it, and one of them switches it off", async () => {
    const email = address("keys");
    const page = await signedUp(world, email, options);
    await query(world.databaseUrl, "insert into passkeys (id, user_id, credential_id, public_key, counter, synced, name, number) select gen_random_uuid(), id, gen_random_uuid()::text, 'none', 0, false, 'A key', 1 from users where email_key = $1", [email]);
    await page.goto("/security");
    await page.getByRole("switch", { name: "Ask for a passkey after the password" }).click();
    await page.getByRole("list", { name: "Recovery codes" }).waitFor();
    const codes = await codesOf(page);
    expect(codes).toHaveLength(10);
    await provenLongAgo(world);
    await page.goto("/security");
    expect(await mainText(page)).toContain("A passkey on one more device would keep you from being locked out.");
    await page.getByRole("switch", { name: "Ask for a passkey after the password" }).click();
    await page.waitForURL(/\/confirm/);
    await page.getByRole("link", { name: "Use a recovery code" }).click();
    await page.waitForURL(/way=recovery_code/);
    await giveCode(page, codes[3] as string);
    await page.waitForURL(/\/security#second-step/);
    await page.getByRole("switch", { name: "Ask for a passkey after the password" }).click();
    await page.getByText("Your password alone still opens your account.").waitFor();
  });

  /** With scripts the tick itself is sent. */
  async function tick(page: Page): Promise<void> {
    await page.getByLabel("Ask before a new device signs in").click();
    if (!javaScriptEnabled) await page.getByRole("button", { name: "Save" }).click();
  }

  async function isTicked(email: string): Promise<boolean | undefined> {
    const [user] = await query<{ approve_new_devices: boolean }>(world.databaseUrl, "select approve_new_devices from users where email_key = $1", [email]);
    return user?.approve_new_devices;
  }

  /** With scripts a dialog asks once more. */
  async function press(page: Page, name: string): Promise<void> {
    await page.getByRole("button", { name }).click();
    if (javaScriptEnabled) await page.getByRole("dialog").getByRole("button", { name }).click();
  }
});

test("a way that rests says until when, and the others stay; no try is left says so", async () => {
  const email = "rests@example.org";
  const { codes } = await setUp(world, await signedUp(world, email));
  await query(world.databaseUrl, "insert into second_step_guesses (user_id, way, device_known, taken_at, since_success) select id, 'totp', false, array_fill(clock_timestamp(), array[10]), 10 from users where email_key = $1", [email]);
  const page = await openPage(world, { timezoneId: "UTC" });
  await enter(page, email, PASSWORD);
  await page.waitForURL(/\/continue/);
  await giveCode(page, "123456");
  await page.getByText(/Too many were wrong: codes of the app rest until \d\d:\d\d/).waitFor();
  await page.getByRole("link", { name: "Use a recovery code" }).click();
  await page.waitForURL(/way=recovery_code/);
  for (let left = 4; left > 0; left--) {
    await giveCode(page, "0000-0000-0000-0000");
    await page.getByText(left === 1 ? "One try is left" : `${left} tries are left`).waitFor();
  }
  await giveCode(page, "0000-0000-0000-0000");
  await page.getByRole("heading", { name: "No tries are left" }).waitFor();
  await page.getByRole("link", { name: "Start again" }).click();
  await enter(page, email, PASSWORD);
  await page.waitForURL(/\/continue/);
  await page.goto("/continue?way=recovery_code");
  await giveCode(page, codes[0] as string);
  await page.waitForURL(/\/devices/);
});

test("after a reset the passkeys that open the account too are shown, and the second step is asked as before", async () => {
  const email = "reset@example.org";
  const page = await signedUp(world, email);
  await setUp(world, page);
  await query(world.databaseUrl, "insert into passkeys (id, user_id, credential_id, public_key, counter, synced, name, number) select gen_random_uuid(), id, 'reset', 'none', 0, true, 'Somebody’s key', 1 from users where email_key = $1", [email]);
  await page.goto("/forgot");
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: "Send link" }).click();
  await page.goto(await linkTo(world.inbox, email, "reset"));
  await page.getByLabel("New password").fill("eleven green ladders");
  await page.getByRole("button", { name: "Set new password" }).click();
  await page.getByRole("heading", { name: "Your new password is set" }).waitFor();
  for (const words of ["This passkey opens it too:", "Somebody’s key", "sign in and remove it", "Your second step is asked as before."]) expect(await mainText(page)).toContain(words);
  expect(await accessibilityTroubles(page)).toEqual([]);
  await page.getByRole("link", { name: "Sign in" }).click();
  await enter(page, email, "eleven green ladders");
  await page.waitForURL(/\/continue/);
});
