import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { REQUEST_BUDGET_MS } from "@/lib/core/deadline";
import { systemContext } from "@/lib/platform/system-context";
import { authenticate } from "@/lib/sessions/authenticate";
import { contextOf, openTestServices, openTestWorld } from "@/tests/support/context";
import { startPostgresProxy } from "@/tests/support/postgres-proxy";
import { begin, makeUser, trust } from "@/tests/support/sessions";

const EVERY_MS = 10;
const ANSWER_MS = 150;
/** What such a request asks after it was told who it is. */
const WORK_MS = 2 * ANSWER_MS;

test("without Redis, and with a PostgreSQL that is too slow for all, those whom it vouches for are still waiting for their answer", async () => {
  const { context, redis, databaseUrl } = await openTestWorld();
  await trust(context);
  const { credential } = await begin(context, await makeUser(context));
  const postgres = await startPostgresProxy(databaseUrl);
  const slow = systemContext(await openTestServices({ DATABASE_URL: postgres.url, REDIS_URL: redis.url }));
  await redis.kill();
  postgres.hold(() => ANSWER_MS);

  const seen = { inTime: 0, late: 0, shed: 0, anonymous: 0 };
  const asked: Promise<void>[] = [];
  async function ask(counts: boolean) {
    const answerBy = performance.now() + REQUEST_BUDGET_MS;
    const { state } = await authenticate(contextOf(slow, { answerBy }), credential, { use: true });
    if (!counts) return;
    if (state === "authenticated") seen[performance.now() + WORK_MS < answerBy ? "inTime" : "late"]++;
    else seen[state === "unknown" ? "shed" : "anonymous"]++;
  }
  const started = performance.now();
  // What it can bear for a while is over after some seconds.
  while (performance.now() - started < 15_000) {
    asked.push(ask(performance.now() - started > 8_000));
    await sleep(EVERY_MS);
  }
  await Promise.all(asked);
  expect(seen).toMatchObject({ late: 0, anonymous: 0 });
  expect(seen.inTime).toBeGreaterThan(100);
});
