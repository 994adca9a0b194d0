import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { newId } from "@/lib/core/ids";
import { userChannel } from "@/lib/notifications/channel";
import { listen } from "@/lib/notifications/listen";
import { listenToAll } from "@/lib/notifications/listen-to-all";
import { publish } from "@/lib/notifications/publish";
import { systemContext } from "@/lib/platform/system-context";
import { openTestServices } from "@/tests/support/context";
import { newDatabase } from "@/tests/support/new-database";
import { trust } from "@/tests/support/sessions";
import { startTestCluster } from "@/tests/support/test-cluster";

test("who listens at a replica that freezes hears of it within five seconds, though all masters answer, and comes back elsewhere", async () => {
  const { masters, replicas } = await startTestCluster();
  const REDIS_URL = [...replicas, ...masters].map(({ url }) => url).join(",");
  const context = systemContext(await openTestServices({ DATABASE_URL: await newDatabase(), REDIS_URL }));
  await trust(context);
  const standing = context.redis.connection;
  const userId = newId();
  const heard = { notices: 0, lost: 0, lostAll: 0 };
  const listener = { notice: () => heard.notices++, lost: () => heard.lost++ };
  await listen(context, userChannel(userId), listener);
  await listenToAll(context, { changed() {}, lost: () => heard.lostAll++ });
  // Longer than it is between two pings.
  await sleep(5_000);
  expect(heard).toEqual({ notices: 0, lost: 0, lostAll: 0 });
  // These two are the nodes that were subscribed to.
  for (const replica of replicas.slice(0, 2)) replica.freeze();
  await expect.poll(() => heard, { timeout: 5_000 }).toEqual({ notices: 0, lost: 1, lostAll: 1 });
  expect(context.redis.connection).toBe(standing);
  expect(standing?.trusted).toBe(true);

  await listen(context, userChannel(userId), listener);
  await publish(context, userId, { type: "avatar.changed" });
  await expect.poll(() => heard.notices).toBe(1);
});
