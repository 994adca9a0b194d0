import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { isFailure } from "@/lib/core/errors";
import { systemContext } from "@/lib/platform/system-context";
import { endSession } from "@/lib/sessions/end-session";
import { openTestServices, openTestWorld } from "@/tests/support/context";
import { startPostgresProxy } from "@/tests/support/postgres-proxy";
import { rounds } from "@/tests/support/rounds";
import { begin, makeUser, ownerOf, trust } from "@/tests/support/sessions";
import { usesOf } from "./processes";

test("an admission that hears of its lock when the lock has long gone, the end and its tombstone too, does nothing", async () => {
  const { context, redis, databaseUrl } = await openTestWorld();
  // Without replays: ten minutes later none would look at this end again.
  (await trust(context)).stop();
  const postgres = await startPostgresProxy(databaseUrl);
  const slow = systemContext(await openTestServices({ DATABASE_URL: postgres.url, REDIS_URL: redis.url }));
  (await trust(slow)).stop();
  for (let round = 0; round < rounds(20); round++) {
    const begun = await begin(context, await makeUser(context));
    const key = `session:{${begun.credential.u}}:${begun.credential.s}`;
    await redis.command("DEL", key);
    const locked = new Promise<void>((resolve) => {
      postgres.hold((statement) => {
        if (!statement.includes("for no key update")) return 0;
        resolve();
        return 1_500;
      });
    });
    const admitted = usesOf(slow)(begun.credential);
    await locked;
    // PostgreSQL takes the lock from the silent process after 1 s.
    expect(isFailure(await endSession(ownerOf(context, begun), begun.credential.s))).toBe(false);
    await redis.command("DEL", key);
    expect((await admitted).state).not.toBe("authenticated");
    await sleep(400);
    expect(await redis.command("GET", key)).toBeNull();
    postgres.hold(() => 0);
  }
});
