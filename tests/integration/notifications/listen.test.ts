import { beforeAll, expect, test } from "vitest";
import type { Context } from "@/lib/core/context";
import { newId } from "@/lib/core/ids";
import { userChannel } from "@/lib/notifications/channel";
import { listen } from "@/lib/notifications/listen";
import { publish } from "@/lib/notifications/publish";
import { systemContext } from "@/lib/platform/system-context";
import { openTestServices } from "@/tests/support/context";
import { newDatabase } from "@/tests/support/new-database";
import { type RedisProxy, startRedisProxy } from "@/tests/support/redis-proxy";
import { trust } from "@/tests/support/sessions";
import { startTestRedis } from "@/tests/support/test-redis";

let context: Context;
let proxy: RedisProxy;

beforeAll(async () => {
  proxy = await startRedisProxy((await startTestRedis()).url);
  context = systemContext(await openTestServices({ DATABASE_URL: await newDatabase(), REDIS_URL: proxy.url }));
  await trust(context);
});

/** Listens, and counts. */
async function listener(userId: string) {
  const heard = { notices: 0, lost: 0, stop: () => {} };
  heard.stop = await listen(context, userChannel(userId), { notice: () => heard.notices++, lost: () => heard.lost++ });
  return heard;
}

test("who leaves and comes back at once hears everything, once, however the commands overtake each other", async () => {
  async function leaveAndComeBack(times: number) {
    const userId = newId();
    for (let round = 0; round < times; round++) {
      for (const { stop } of await Promise.all(Array.from({ length: 1 + (round % 3) }, () => listener(userId)))) stop();
      const heard = await listener(userId);
      await publish(context, userId, { type: "avatar.changed" });
      await expect.poll(() => heard.notices, { timeout: 1_000, interval: 2 }).toBe(1);
      heard.stop();
    }
  }
  await Promise.all(Array.from({ length: 5 }, () => leaveAndComeBack(40)));
});

test("a channel that could not be left in time is not joined again: everybody is told, and comes back to a new connection", async () => {
  const [leaving, staying] = [newId(), newId()];
  const [left, stayed] = await Promise.all([listener(leaving), listener(staying)]);
  proxy.delay((piece) => (/unsubscribe/i.test(piece) ? 1_000 : 0));
  left.stop();
  await expect(listener(leaving)).rejects.toMatchObject({ code: "REDIS_DOWN" });
  expect(stayed.lost).toBe(1);
  proxy.delay(() => 0);
  const [back, again] = await Promise.all([listener(leaving), listener(staying)]);
  for (const userId of [leaving, staying]) await publish(context, userId, { type: "avatar.changed" });
  await expect.poll(() => [back.notices, again.notices]).toEqual([1, 1]);
});
