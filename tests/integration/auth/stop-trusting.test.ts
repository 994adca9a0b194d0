import { eq, sql } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { devices, totpFactors, users } from "@/db/schema";
import { isBegunAttempt } from "@/lib/auth/complete-sign-in";
import { signIn } from "@/lib/auth/sign-in";
import { stopTrusting } from "@/lib/auth/stop-trusting";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { authenticate } from "@/lib/sessions/authenticate";
import { endSession } from "@/lib/sessions/end-session";
import { listAccountSessions } from "@/lib/sessions/list-account-sessions";
import { listDevices } from "@/lib/sessions/list-devices";
import { openTestWorld, type TestWorld } from "@/tests/support/context";
import { heldBack } from "@/tests/support/held-back";
import { trust } from "@/tests/support/sessions";
import { query } from "@/scripts/servers/query";
import { newAccount, PASSWORD, visitor } from "./account";

let world: TestWorld;
let context: Context;

beforeAll(async () => {
  world = await openTestWorld();
  context = world.context;
  await trust(context);
});

/** An account with an authenticator app, whose device is trusted. */
async function trusting() {
  const account = await newAccount(context);
  const { user, begun } = account;
  const deviceId = begun.session.device.id;
  await context.db.insert(totpFactors).values({ id: newId(), userId: user.actor.userId, secret: "sealed", ways: 0, number: 1, confirmedAt: sql`clock_timestamp()` });
  await context.db.update(devices).set({ trustedUntil: sql`clock_timestamp() + interval '30 days'`, trustedWays: 0 }).where(eq(devices.id, deviceId));
  return { ...account, deviceId, input: { email: account.email, password: PASSWORD } };
}

async function trustShown(user: Awaited<ReturnType<typeof trusting>>["user"]): Promise<(string | null)[]> {
  const [page, { live }] = [await listDevices(user, { limit: 10 }), await listAccountSessions(user)];
  if (isFailure(page)) throw new Error(page.failure);
  return [...page.items, ...live.map(({ device }) => device)].map(({ trustedUntil }) => trustedUntil);
}

const asked = (answer: Awaited<ReturnType<typeof signIn>>) => !isFailure(answer) && isBegunAttempt(answer);
const events = (userId: string) => query(world.databaseUrl, "select device_id, detail from events where type = 'factor.removed' and user_id = $1", [userId]);

test("a second step is asked there from then on, and the lists say so at once; the second time nothing is left to tell", async () => {
  const { browser, user, begun, deviceId, input } = await trusting();
  await authenticate(context, begun.credential, { use: true });
  expect((await trustShown(user)).every((until) => until !== null)).toBe(true);
  expect(asked(await signIn(visitor(context), input, { ...browser, prior: null }))).toBe(false);
  for (let time = 0; time < 2; time++) expect(await stopTrusting(user, deviceId)).toBeUndefined();
  expect(asked(await signIn(visitor(context), input, { ...browser, prior: null }))).toBe(true);
  expect(new Set(await trustShown(user))).toEqual(new Set([null]));
  expect(await authenticate(context, begun.credential, { use: true })).toMatchObject({ session: { device: { trustedUntil: null } } });
  expect(await events(begun.user.id)).toEqual([{ device_id: deviceId, detail: { what: "trusted_device" } }]);
});

test("what is past, or was trusted before something about the ways in changed, is not shown as trusted", async () => {
  const [past, changed] = [await trusting(), await trusting()];
  await context.db.update(devices).set({ trustedUntil: sql`clock_timestamp() - interval '1 second'` }).where(eq(devices.id, past.deviceId));
  await context.db.update(users).set({ ways: 1 }).where(eq(users.id, changed.begun.user.id));
  for (const { user } of [past, changed]) expect(new Set(await trustShown(user))).toEqual(new Set([null]));
});

test("a sign-in that relies on the trust begins no session once it is taken back", async () => {
  const { browser, user, deviceId, input } = await trusting();
  const late = heldBack(visitor(context));
  const signingIn = signIn(late.held, input, { ...browser, prior: null });
  await late.waits;
  expect(await stopTrusting(user, deviceId)).toBeUndefined();
  late.letGo();
  expect(asked(await signingIn)).toBe(true);
});

test("only its owner may, by a session that lives", async () => {
  const [{ user, begun, deviceId }, other] = [await trusting(), await newAccount(context)];
  for (const id of [deviceId, newId(), "x", "\0"]) expect(await stopTrusting(other.user, id)).toEqual({ failure: "not_found" });
  await endSession(user, begun.session.id);
  expect(await stopTrusting(user, deviceId)).toMatchObject({ failure: "unauthenticated" });
  const [row] = await context.db.select({ until: devices.trustedUntil }).from(devices).where(eq(devices.id, deviceId));
  expect(row?.until).not.toBeNull();
  expect(await events(begun.user.id)).toEqual([]);
});
