import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { newId } from "@/lib/core/ids";
import { isRedisDown } from "@/lib/core/outage";
import { userChannel } from "@/lib/notifications/channel";
import { listen } from "@/lib/notifications/listen";
import { listenToAll } from "@/lib/notifications/listen-to-all";
import type { Services } from "@/lib/platform/services";
import { systemContext } from "@/lib/platform/system-context";
import { openTestServices } from "@/tests/support/context";
import { newDatabase } from "@/tests/support/new-database";
import { startRedisProxy } from "@/tests/support/redis-proxy";
import { rounds } from "@/tests/support/rounds";
import { startTestCluster } from "@/tests/support/test-cluster";
import { startTestRedis, type TestRedis } from "@/tests/support/test-redis";

const quiet = { notice() {}, changed() {}, lost() {} };

/** How many clients it has, beside the one that asks, replicas and what a fault leaves for a moment. */
async function clientsOf(redis: TestRedis): Promise<number> {
  return String(await redis.command("CLIENT", "LIST", "TYPE", "normal")).trim().split("\n").length - 1;
}

async function servicesOf(url: string): Promise<Services> {
  return openTestServices({ DATABASE_URL: await newDatabase(), REDIS_URL: url });
}

async function failToConnect({ redis }: Services, times: number) {
  for (let round = 0; round < times; round++) await expect(redis.connect()).rejects.toMatchObject({ code: "REDIS_DOWN" });
  await sleep(500);
}

test("a cluster whose master refuses, or says nothing, leaves no connection to the others behind", async () => {
  const { url, masters, replicas } = await startTestCluster();
  const [first, second, third] = masters as [TestRedis, TestRedis, TestRedis];
  const { redis } = await servicesOf(url);
  const before = await Promise.all([clientsOf(second), clientsOf(third)]);
  const held = async () => Promise.all([clientsOf(second), clientsOf(third)]);

  // Its replica would take its place.
  replicas[0]?.freeze();
  first.freeze();
  await failToConnect({ redis } as Services, rounds(20));
  await expect.poll(held, { timeout: 5_000, message: "silent" }).toEqual(before);

  await first.kill();
  await failToConnect({ redis } as Services, rounds(100));
  await expect.poll(held, { timeout: 5_000, message: "refusing" }).toEqual(before);
});

test("a subscription that Redis refuses leaves no connection behind", async () => {
  const redis = await startTestRedis();
  await redis.command("ACL", "SETUSER", "narrow", "on", ">test", "~*", "resetchannels", "&events:*", "+@all");
  const services = await servicesOf(redis.url.replace("//default:", "//narrow:").replace("//:", "//narrow:"));
  const context = systemContext(services);
  await services.redis.connect();
  const before = await clientsOf(redis);
  for (let round = 0; round < rounds(50); round++) {
    const refused: unknown = await listenToAll(context, quiet).catch((error: unknown) => error);
    expect(isRedisDown(refused)).toBe(true);
  }
  await sleep(200);
  expect(await clientsOf(redis)).toBe(before);
});

test("a subscription that is still being opened when the connection in use is lost does not stand", async () => {
  const redis = await startTestRedis();
  const proxy = await startRedisProxy(redis.url);
  const services = await servicesOf(proxy.url);
  const context = systemContext(services);
  for (let round = 0; round < rounds(20); round++) {
    const connection = await services.redis.connect();
    proxy.delay(() => 100);
    const opening = (round % 2 ? listen(context, userChannel(newId()), quiet) : listenToAll(context, quiet)).then(() => "stands", (error: unknown) => (isRedisDown(error) ? "none" : error));
    await sleep(50);
    await services.redis.askOn(connection, () => Promise.reject(new Error("cut off"))).catch(() => {});
    expect(await opening).toBe("none");
    proxy.delay(() => 0);
  }
  await expect.poll(() => clientsOf(redis)).toBe(0);
});
