import { setTimeout as sleep } from "node:timers/promises";
import { and, eq, isNull } from "drizzle-orm";
import { expect, test } from "vitest";
import { sessions } from "@/db/schema";
import { authenticate } from "@/lib/sessions/authenticate";
import { listSessions } from "@/lib/sessions/list-sessions";
import { contextOf, openTestWorld } from "@/tests/support/context";
import { rounds } from "@/tests/support/rounds";
import { begin, makeUser, ownerOf, trust } from "@/tests/support/sessions";

test("50 parallel sign-ins at limit 5 leave exactly 5 live sessions; PostgreSQL, Redis and the list agree", async () => {
  const { context, redis } = await openTestWorld({ MAX_CONCURRENT_SESSIONS: "5" });
  await trust(context);
  for (let round = 0; round < rounds(20); round++) {
    const userId = await makeUser(context);
    // On a machine that is busy with other things some are told to come again; whoever was not told so has a session.
    const tried = await Promise.allSettled(Array.from({ length: 50 }, () => begin(context, userId)));
    const begun = tried.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
    for (const outcome of tried) if (outcome.status === "rejected") expect(String(outcome.reason)).toContain("unavailable");
    expect(begun.length).toBeGreaterThan(10);

    const states = await Promise.all(begun.map(({ credential }) => authenticate(contextOf(context), credential, { use: true })));
    const live = begun.filter((_, index) => states[index]?.state === "authenticated");
    expect(live).toHaveLength(5);
    const ids = live.map(({ credential }) => credential.s).toSorted();

    const open = await context.db.select({ id: sessions.id }).from(sessions).where(and(eq(sessions.userId, userId), isNull(sessions.endedAt)));
    expect(open.map(({ id }) => id).toSorted()).toEqual(ids);

    const keys = (await redis.command("KEYS", `session:{${userId}}:*`)) as string[];
    const values = await Promise.all(keys.map(async (key) => [key, String(await redis.command("GET", key))] as const));
    const records = values.filter(([, value]) => !value.startsWith('{"ended":')).map(([key]) => key.split(":").at(-1));
    expect(records.toSorted()).toEqual(ids);

    const listed = await listSessions(ownerOf(context, live[0] ?? begun[0]!), { limit: 100, ended: false });
    expect("items" in listed && listed.items.map(({ id }) => id).toSorted()).toEqual(ids);
  }
});

test("who expired unseen by any sweeper, and gave way to others, does not come back above the limit after a loss", async () => {
  const { context, redis } = await openTestWorld({ MAX_CONCURRENT_SESSIONS: "2", SESSION_TTL_SECONDS: "1" });
  const keeper = await trust(context);
  const userId = await makeUser(context);
  const lasting = { ...context, settings: { ...context.settings, SESSION_TTL_SECONDS: 1800 } };
  const expired = await begin(context, userId);
  await sleep(1_200);
  const begun = [expired, await begin(lasting, userId), await begin(lasting, userId)];
  await redis.command("FLUSHALL");
  await keeper.once();
  const states = await Promise.all(begun.map(({ credential }) => authenticate(contextOf(context), credential, { use: true })));
  expect(states.map(({ state }) => state)).toEqual(["anonymous", "authenticated", "authenticated"]);
  const [row] = await context.db.select().from(sessions).where(eq(sessions.id, expired.credential.s));
  expect(row).toMatchObject({ endReason: "expired", endSettled: true });
  expect(row!.endedAt!.getTime() - row!.lastSeenAt.getTime()).toBe(1_000);
});
