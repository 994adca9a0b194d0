import { setTimeout as sleep } from "node:timers/promises";
import { and, eq, isNull } from "drizzle-orm";
import { expect, test } from "vitest";
import { sessions, users } from "@/db/schema";
import { withinRequest } from "@/lib/core/deadline";
import { isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { isOutage } from "@/lib/core/outage";
import { beginSession } from "@/lib/sessions/begin-session";
import { openTestServices, openTestWorld } from "@/tests/support/context";
import { systemContext } from "@/lib/platform/system-context";
import { startRedisProxy } from "@/tests/support/redis-proxy";
import { rounds } from "@/tests/support/rounds";
import { begin, makeUser, trust, visitorOf } from "@/tests/support/sessions";

test("a sign-in that was answered 503 has begun nothing and ended nothing, however late which server is", async () => {
  const world = await openTestWorld({ MAX_CONCURRENT_SESSIONS: "100" });
  const proxy = await startRedisProxy(world.redis.url);
  const context = systemContext(await openTestServices({ DATABASE_URL: world.databaseUrl, REDIS_URL: proxy.url, MAX_CONCURRENT_SESSIONS: "100" }));
  await trust(context);
  const outcomes = { begun: 0, refused: 0 };
  for (let round = 0; round < rounds(60); round++) {
    const userId = await makeUser(context);
    const prior = await begin(context, userId);
    // Whoever signs in waits for this lock, and then for a Redis that answers late or not at all.
    const holds = Math.random() * 900;
    const held = context.db.transaction(async (tx) => {
      await tx.select({ id: users.id }).from(users).where(eq(users.id, userId)).for("no key update");
      await sleep(holds);
    });
    await sleep(20);
    proxy.delay(() => (round % 3) * 200);
    const visitor = visitorOf(context);
    const late: typeof visitor = { ...visitor, request: { ...visitor.request, answerBy: performance.now() + 1_000 } };
    const signIn = beginSession(late, { userId, ways: 0, client: "browser", browserId: newId(), remember: false, prior: prior.credential });
    const answer = await withinRequest(late, signIn).catch((error: unknown) => {
      if (!isOutage(error)) throw error;
      return null;
    });
    expect(performance.now(), "answered in time").toBeLessThan(late.request.answerBy + 500);
    proxy.delay(() => 0);
    await Promise.allSettled([signIn, held]);
    const begun = answer !== null && !isFailure(answer);
    outcomes[begun ? "begun" : "refused"]++;
    const open = await context.db.select({ id: sessions.id }).from(sessions).where(and(eq(sessions.userId, userId), isNull(sessions.endedAt)));
    expect(open.map(({ id }) => id)).toEqual([begun ? answer.session.id : prior.session.id]);
    await expect.poll(() => context.redis.connection?.trusted, { timeout: 10_000 }).toBe(true);
  }
  expect(outcomes.begun).toBeGreaterThan(0);
  expect(outcomes.refused).toBeGreaterThan(0);
}, 300_000);
