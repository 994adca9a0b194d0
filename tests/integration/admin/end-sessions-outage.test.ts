import { afterEach, beforeAll, expect, test } from "vitest";
import { eq, inArray } from "drizzle-orm";
import { sessions, users } from "@/db/schema";
import type { AdminContext } from "@/lib/access/require-permission";
import { endMatchingSessions } from "@/lib/admin/end-matching-sessions";
import { endMatchingInput } from "@/lib/admin/session-filter";
import type { Context } from "@/lib/core/context";
import { withinRequest } from "@/lib/core/deadline";
import { isOutage } from "@/lib/core/outage";
import { systemContext } from "@/lib/platform/system-context";
import { renewTrust } from "@/lib/sessions/ledger/renew-trust";
import { holding, PROVEN, userOf } from "@/tests/support/administrators";
import { openTestServices, openTestWorld } from "@/tests/support/context";
import { type PostgresProxy, startPostgresProxy } from "@/tests/support/postgres-proxy";
import { begin, makeUser } from "@/tests/support/sessions";

/** One more than what is ended in one transaction. */
const PEOPLE = 101;
const ASK_AGAIN = { failure: "unavailable", detail: expect.stringMatching(/^100 sessions have been ended so far\. Ask again/) };

let postgres: PostgresProxy;
/** A process whose connections no test cuts. */
let context: Context;
let cut: Context;
let admin: AdminContext<"sessions.end">;

beforeAll(async () => {
  const world = await openTestWorld();
  postgres = await startPostgresProxy(world.databaseUrl);
  context = world.context;
  cut = systemContext(await openTestServices({ DATABASE_URL: postgres.url, REDIS_URL: world.redis.url }));
  await Promise.all([renewTrust(context), renewTrust(cut)]);
  admin = await holding((await userOf(cut, "SUPPORT")).caller, "sessions.end");
});

async function connected(): Promise<void> {
  await expect.poll(() => renewTrust(cut).then(() => true, () => false), { timeout: 10_000 }).toBe(true);
}

afterEach(() => {
  postgres.hold(() => 0);
  postgres.network("open");
});

/** What ends the sessions of so many people as these, each with one. */
async function crowd(name: string) {
  const people = await Promise.all(Array.from({ length: PEOPLE }, () => makeUser(context)));
  await context.db.update(users).set({ name }).where(inArray(users.id, people));
  for (const userId of people) await begin(context, userId);
  return endMatchingInput.parse({ dryRun: false, q: name });
}

async function openOf(name: string): Promise<number> {
  const rows = await context.db.select({ endedAt: sessions.endedAt }).from(sessions).innerJoin(users, eq(users.id, sessions.userId)).where(eq(users.name, name));
  return rows.filter(({ endedAt }) => endedAt === null).length;
}

/** Does something when the sessions of the second hundred are about to end. */
function atSecondBatch(act: () => number): void {
  let batches = 0;
  postgres.hold((asked) => (asked.startsWith('update "sessions" set "ended_at"') && ++batches === 2 ? act() : 0));
}

test("PostgreSQL breaks off when some have ended and others not: the answer says how many, and asking again goes on", async () => {
  const input = await crowd("Broken Off");
  atSecondBatch(() => {
    postgres.network("cut");
    return 0;
  });
  expect(await endMatchingSessions(admin, input, PROVEN)).toMatchObject(ASK_AGAIN);
  postgres.network("open");
  expect(await openOf("Broken Off")).toBe(1);
  await connected();
  expect(await endMatchingSessions(admin, input, PROVEN)).toMatchObject({ ended: 1 });
});

test("the request's time is up when some have ended and others not: the answer says how many", async () => {
  await connected();
  const input = await crowd("Too Slow");
  atSecondBatch(() => 2_500);
  const caller = { ...admin, request: { ...admin.request, answerBy: performance.now() + 2_000 } };
  expect(await withinRequest(caller, endMatchingSessions(caller, input, PROVEN))).toMatchObject(ASK_AGAIN);
});

test("PostgreSQL breaks off before anything has ended: nothing is said to be", async () => {
  await connected();
  const input = await crowd("Not Begun");
  postgres.hold((asked) => {
    if (asked.startsWith('update "sessions" set "ended_at"')) postgres.network("cut");
    return 0;
  });
  await expect(endMatchingSessions(admin, input, PROVEN)).rejects.toSatisfy(isOutage);
  expect(await openOf("Not Begun")).toBe(PEOPLE);
});
