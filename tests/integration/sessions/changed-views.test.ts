import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { systemContext } from "@/lib/platform/system-context";
import { authenticate } from "@/lib/sessions/authenticate";
import { dropCachedUser } from "@/lib/users/cached-user";
import { updateProfile } from "@/lib/users/update-profile";
import { openTestServices, openTestWorld } from "@/tests/support/context";
import { startPostgresProxy } from "@/tests/support/postgres-proxy";
import { begin, makeUser, ownerOf, trust, visitorOf } from "@/tests/support/sessions";

test("who asks after a change is not shown what somebody else is still reading from before it", async () => {
  const { context, redis, databaseUrl } = await openTestWorld();
  await trust(context);
  const postgres = await startPostgresProxy(databaseUrl);
  const slow = systemContext(await openTestServices({ DATABASE_URL: postgres.url, REDIS_URL: redis.url }));
  await trust(slow);
  const begun = await begin(context, await makeUser(context));
  const seen = () => authenticate(visitorOf(slow), begun.credential, { use: true });
  expect(await seen()).toMatchObject({ user: { name: "Test" } });

  await dropCachedUser(context, begun.credential.u);
  let held = 0;
  postgres.hold((statement) => (statement.includes('from "users"') && held++ === 0 ? 800 : 0));
  const early = seen();
  await sleep(200);
  await updateProfile(ownerOf(context, begun), { name: "Zoë" });
  expect(await seen()).toMatchObject({ user: { name: "Zoë" } });
  expect(await early).toMatchObject({ user: { name: "Test" } });
  expect(await seen()).toMatchObject({ user: { name: "Zoë" } });
  expect(held).toBe(2);
});
