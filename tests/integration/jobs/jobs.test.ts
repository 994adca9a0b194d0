import { setTimeout as sleep } from "node:timers/promises";
import { eq, sql } from "drizzle-orm";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { avatarDeletions } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { fail } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { doDueJobs } from "@/lib/jobs/do-due-jobs";
import { keepJobs } from "@/lib/jobs/keep-jobs";
import type { Queue } from "@/lib/jobs/queue";
import { systemContext } from "@/lib/platform/system-context";
import { query } from "@/scripts/servers/query";
import { openTestServices, openTestWorld, type TestWorld } from "@/tests/support/context";
import { atEnd } from "@/tests/support/stop-everything";

type Job = typeof avatarDeletions.$inferSelect;

let world: TestWorld;
let context: Context;

beforeAll(async () => {
  world = await openTestWorld();
  context = world.context;
});

beforeEach(async () => {
  await context.db.delete(avatarDeletions);
});

/** Any table of jobs will do; what is done in it is up to each test. */
function queueThat(attempt: (context: Context, job: Job) => Promise<void>, more: Partial<Queue<typeof avatarDeletions>> = {}): Queue<typeof avatarDeletions> {
  return { table: avatarDeletions, key: avatarDeletions.version, atOnce: 10, leaseSeconds: 30, pause: { first: 10, factor: 3, longest: 60 }, attempt, ...more };
}

const finish = async ({ db }: Context, { version }: Job) => void (await db.delete(avatarDeletions).where(eq(avatarDeletions.version, version)));
const put = async (count: number) => void (await context.db.insert(avatarDeletions).values(Array.from({ length: count }, () => ({ version: newId(), userId: newId() }))));
const left = () => context.db.select().from(avatarDeletions);
const makeDue = async () => void (await context.db.update(avatarDeletions).set({ dueAt: sql`clock_timestamp() - interval '1 second'` }));

test("ten workers do two hundred jobs, each once while nobody dies", async () => {
  await put(200);
  const done: string[] = [];
  const queue = queueThat(async (own, job) => {
    done.push(job.version);
    await sleep(Math.random() * 5);
    await finish(own, job);
  });
  const workers = await Promise.all(Array.from({ length: 5 }, () => openTestServices({ DATABASE_URL: world.databaseUrl, REDIS_URL: world.redis.url })));
  await Promise.all(
    [...workers, ...workers].map(async (services) => {
      while ((await doDueJobs(systemContext(services), queue)).taken > 0);
    }),
  );
  expect([done.length, new Set(done).size, (await left()).length]).toEqual([200, 200, 0]);
});

test("what a worker held that is gone is another's after the lease, and the first one's late word changes nothing", async () => {
  await put(1);
  let letGo = () => {};
  const gone = new Promise<void>((resolve) => (letGo = resolve));
  const first = doDueJobs(context, queueThat(async () => {
    await gone;
    throw new Error("too late");
  }));
  await sleep(100);
  expect(await doDueJobs(context, queueThat(finish))).toEqual({ taken: 0, done: 0 });
  await makeDue();
  const [taken] = await context.db.update(avatarDeletions).set({ tries: 2, dueAt: sql`clock_timestamp() + interval '7 seconds'` }).returning();
  letGo();
  expect(await first).toEqual({ taken: 1, done: 0 });
  expect((await left())[0]?.dueAt).toEqual(taken?.dueAt);
});

test("a try that fails is made again after a pause that grows, and after the last one it is given up", async () => {
  await put(1);
  const given: string[] = [];
  const queue = queueThat(async () => Promise.reject(new Error("no")), {
    lastTry: 4,
    async giveUp(own, job) {
      given.push(job.version);
      await finish(own, job);
    },
  });
  const pauses: number[] = [];
  for (let time = 1; time < 4; time++) {
    expect(await doDueJobs(context, queue)).toEqual({ taken: 1, done: 0 });
    const [row] = await context.db.select({ seconds: sql<number>`extract(epoch from ${avatarDeletions.dueAt} - clock_timestamp())::float` }).from(avatarDeletions);
    pauses.push(row?.seconds ?? 0);
    await makeDue();
  }
  for (const [index, pause] of [10, 30, 60].entries()) expect([pauses[index]! > pause * 0.75, pauses[index]! < pause * 1.25]).toEqual([true, true]);
  await doDueJobs(context, queue);
  expect([given.length, (await left()).length]).toEqual([1, 0]);
});

test("a failure that is returned is one like any other, and holds up none beside it", async () => {
  await put(5);
  let first = true;
  const queue = queueThat(async (own, job) => {
    if (!first) return finish(own, job);
    first = false;
    return fail("unavailable") as never;
  });
  expect(await doDueJobs(context, queue)).toEqual({ taken: 5, done: 4 });
  expect(await left()).toHaveLength(1);
});

test("a new row wakes the workers at once; when nobody can hear they look by themselves, and hear again later", async () => {
  const keeper = keepJobs(context, world.services.listen, [queueThat(finish)]);
  atEnd(async () => keeper.stop());
  await sleep(500);
  await put(1);
  await expect.poll(left, { timeout: 1_000, interval: 20 }).toEqual([]);
  await query(world.databaseUrl, "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'latchkey jobs' and datname = current_database()");
  await put(1);
  await expect.poll(left, { timeout: 6_500 }).toEqual([]);
  await expect.poll(() => query(world.databaseUrl, "select 1 from pg_stat_activity where application_name = 'latchkey jobs' and datname = current_database()"), { timeout: 10_000 }).toHaveLength(1);
  await put(1);
  await expect.poll(left, { timeout: 1_000, interval: 20 }).toEqual([]);
}, 40_000);
