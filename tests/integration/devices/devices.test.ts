import { beforeAll, expect, test } from "vitest";
import { isBegunAttempt } from "@/lib/auth/complete-sign-in";
import { signIn } from "@/lib/auth/sign-in";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { renameDevice } from "@/lib/devices/rename-device";
import { authenticate } from "@/lib/sessions/authenticate";
import { forgetDevice } from "@/lib/auth/forget-device";
import { newAccount, newBrowser, PASSWORD, visitor } from "@/tests/integration/auth/account";
import { contextOf, openTestWorld, type TestWorld } from "@/tests/support/context";
import { trust } from "@/tests/support/sessions";
import { query } from "@/scripts/servers/query";

let world: TestWorld;
let context: Context;

beforeAll(async () => {
  world = await openTestWorld();
  context = world.context;
  await trust(context);
});

async function deviceOf(from: Context, email: string, browser: { browserId: string }) {
  const begun = await signIn(from, { email, password: PASSWORD }, { ...browser, prior: null });
  if (isFailure(begun) || isBegunAttempt(begun)) throw new Error("not signed in");
  return begun.session.device;
}

test("the device is the browser's cookie, not its user agent, and each account has its own", async () => {
  const { email, browser, begun } = await newAccount(context);
  expect((await deviceOf(visitor(context), email, browser)).id).toBe(begun.session.device.id);
  expect((await deviceOf(visitor(context), email, newBrowser())).id, "same user agent").not.toBe(begun.session.device.id);
  const updated = await deviceOf(contextOf(context, { address: "192.0.2.9", userAgent: "curl/8.14.1" }), email, browser);
  expect(updated).toMatchObject({ id: begun.session.device.id, name: "curl" });
  const other = await newAccount(context);
  expect((await deviceOf(visitor(context), other.email, browser)).id).not.toBe(begun.session.device.id);
});

test("its owner names it, takes the name back, and sees it at once", async () => {
  const { user, begun } = await newAccount(context);
  const { id } = begun.session.device;
  await authenticate(context, begun.credential, { use: true });
  expect(await renameDevice(user, id, { name: "Kitchen" })).toMatchObject({ id, name: "Kitchen", named: true, current: true, active: true });
  expect(await authenticate(context, begun.credential, { use: true })).toMatchObject({ session: { device: { name: "Kitchen", named: true } } });
  expect(await renameDevice(user, id, { name: null })).toMatchObject({ name: "Firefox on Linux", named: false });
  const events = await query(world.databaseUrl, "select device_id, detail from events where type = 'device.named' and user_id = $1 order by at", [begun.user.id]);
  expect(events).toEqual([{ device_id: id, detail: { name: "Kitchen" } }, { device_id: id, detail: { name: null } }]);
});

test("somebody else's device, a forgotten one and what is no id are all the same nothing", async () => {
  const { user } = await newAccount(context);
  const other = await newAccount(context);
  const forgotten = await newAccount(context);
  expect(await forgetDevice(forgotten.user, forgotten.begun.session.device.id)).toEqual({ endedOwn: true });
  for (const [by, id] of [[user, other.begun.session.device.id], [forgotten.user, forgotten.begun.session.device.id], [user, newId()], [user, "x"], [user, "\0"]] as const) {
    expect(await renameDevice(by, id, { name: "Mine" })).toEqual({ failure: "not_found" });
  }
  const rows = await query(world.databaseUrl, "select given_name from devices where id = $1", [other.begun.session.device.id]);
  expect(rows).toEqual([{ given_name: null }]);
});

test("a forgotten device is a new one at the next sign-in, and no known one for the limits", async () => {
  const { email, browser, user, begun } = await newAccount(context);
  await forgetDevice(user, begun.session.device.id);
  const again = await deviceOf(visitor(context), email, browser);
  expect(again.id).not.toBe(begun.session.device.id);
});

test("hostile user agents are stored short and shown as text", async () => {
  const { email } = await newAccount(context);
  for (const userAgent of ["A".repeat(65_536), "a\0b", "\u202Egnp.exe/1.0", "<script>alert(1)</script>", "\uD800"]) {
    const device = await deviceOf(contextOf(context, { address: "192.0.2.10", userAgent }), email, newBrowser());
    expect(device.userAgent.length).toBeLessThanOrEqual(512);
    expect(`${device.userAgent}${device.name}`).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
  }
});
