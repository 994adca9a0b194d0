import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import type { Context } from "@/lib/core/context";
import { authenticate } from "@/lib/sessions/authenticate";
import type { Keeper } from "@/lib/sessions/ledger/keep";
import { watchExpiry } from "@/lib/sessions/watch-expiry";
import { openTestWorld, type TestWorld } from "@/tests/support/context";
import { countedCalls } from "@/tests/support/counted-calls";
import { begin, makeUser, trust, visitorOf } from "@/tests/support/sessions";

const TTL_SECONDS = 6;

let world: TestWorld;
let context: Context;
let keeper: Keeper;

beforeAll(async () => {
  world = await openTestWorld({ SESSION_TTL_SECONDS: String(TTL_SECONDS) });
  context = world.context;
  keeper = await trust(context);
});

/** A session that Redis has forgotten, with the rest of its memory, and the moment when that was noticed. */
async function forgotten() {
  const { credential } = await begin(context, await makeUser(context));
  await world.redis.command("FLUSHALL");
  await keeper.once().catch(() => keeper.once());
  return { credential, at: Date.now() };
}

test("after Redis lost its memory an idle page costs nothing until its session ends, and hears of that within a second", async () => {
  const { credential, at } = await forgotten();
  const { context: counting, calls } = countedCalls(context);
  let overAt = 0;
  await watchExpiry(counting, credential, () => (overAt = Date.now()));
  const asked = calls.count();
  await sleep(TTL_SECONDS * 1000 - 500 - (Date.now() - at));
  expect(calls.count() - asked).toBe(0);
  expect(overAt).toBe(0);
  await expect.poll(() => overAt, { timeout: 3_000 }).toBeGreaterThan(0);
  expect(overAt - at).toBeLessThan(TTL_SECONDS * 1000 + 1_000);
});

test("a look that fails for no reason known ends neither the watch nor the page", async () => {
  const short = { ...context, settings: { ...context.settings, SESSION_TTL_SECONDS: 1 } };
  const { credential } = await begin(short, await makeUser(context));
  let faults = 0;
  let toFail = 0;
  const redis: Context["redis"] = Object.create(context.redis, {
    ask: { value: (send: Parameters<Context["redis"]["ask"]>[0]) => (faults < toFail ? Promise.reject(new TypeError(`fault ${++faults}`)) : context.redis.ask(send)) },
  });
  const ends: unknown[] = [];
  await watchExpiry({ ...context, redis }, credential, (identity) => ends.push(identity));
  toFail = 1;
  await sleep(2_000);
  expect([faults, ends]).toEqual([1, []]);
  await expect.poll(() => ends, { timeout: 8_000 }).toEqual([{ state: "anonymous", ended: { reason: "expired" } }]);
});

test("who uses the session meanwhile keeps its page", async () => {
  const { credential } = await forgotten();
  let over = false;
  const stop = await watchExpiry(context, credential, () => (over = true));
  for (let seconds = 0; seconds < TTL_SECONDS + 3; seconds += 3) {
    await sleep(3_000);
    expect((await authenticate(visitorOf(context), credential, { use: true })).state).toBe("authenticated");
  }
  expect(over).toBe(false);
  stop();
});
