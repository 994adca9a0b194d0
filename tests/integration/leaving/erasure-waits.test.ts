import { and, eq, isNotNull, sql } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { accountDeletions, insightCounts, sessions, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { ROLLER_LOCK } from "@/lib/core/locks";
import { recordEvents } from "@/lib/events/record-events";
import { rollUp } from "@/lib/insights/roll-up";
import { doDueJobs } from "@/lib/jobs/do-due-jobs";
import { askForDeletion } from "@/lib/leaving/ask-for-deletion";
import { erasureQueue } from "@/lib/leaving/erasure-queue";
import { authenticate } from "@/lib/sessions/authenticate";
import { query } from "@/scripts/servers/query";
import { good } from "@/tests/integration/auth/factors";
import { newestMail, provenAccount } from "@/tests/integration/auth/proving";
import { userOf } from "@/tests/support/administrators";
import { contextOf, openTestWorld, type TestWorld } from "@/tests/support/context";
import { eraseDue } from "@/tests/support/erasing";
import { findMarks } from "@/tests/support/marks";
import { trust } from "@/tests/support/sessions";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";

let world: TestWorld;
let context: Context;
let inbox: TestMail;

beforeAll(async () => {
  inbox = await startTestMail();
  world = await openTestWorld({ ...inbox.env, HASH_THREADS: "2", ACCOUNT_DELETION_DAYS: "0" });
  context = world.context;
  await trust(context);
});

test("for ten seconds after it has begun nothing goes: what an older Redis brings back is ended, and the mail that tells is sent", async () => {
  const { user, email, begun } = await provenAccount(context, inbox);
  const { userId } = user.actor;
  await authenticate(contextOf(context), begun.credential, { use: true });
  const keys = [`session:{${userId}}:${begun.session.id}`, `user:{${userId}}`];
  const snapshot = await Promise.all(keys.map((key) => world.redis.command("GET", key)));
  good(await askForDeletion(user, { secret: begun.proof }));
  await doDueJobs(context, erasureQueue);
  const [job] = await context.db.select().from(accountDeletions).where(eq(accountDeletions.userId, userId));
  expect(job?.dueAt.getTime()).toBeGreaterThanOrEqual((job?.begunAt?.getTime() ?? Number.NaN) + 9_900);
  for (const [index, key] of keys.entries()) await world.redis.command("SET", key, String(snapshot[index]), "EX", "600");
  // The connection broke, and each replays before it is trusted.
  await trust(context);
  expect((await authenticate(contextOf(context), begun.credential, { use: true })).state).toBe("anonymous");
  expect((await newestMail(context, inbox, email, /will be deleted/)).text).toContain("deleted");
  await eraseDue(context);
  expect(await findMarks(world, [userId])).toEqual([]);
});

test("what an administrator was just doing when they were erased is done by nobody who is known either", async () => {
  // The last one could not leave.
  const [leaver] = [await userOf(context, "ADMIN"), await userOf(context, "ADMIN")];
  good(await askForDeletion(leaver.caller, { secret: leaver.begun.proof }));
  const storage: Context["storage"] = {
    ...context.storage,
    async deleteBelow(prefix) {
      // After its acts were gone through.
      if (prefix.startsWith("avatars/")) await recordEvents(leaver.caller, [{ userId: null, type: "export.made", actor: "admin", detail: { what: "audit" } }]);
      await context.storage.deleteBelow(prefix);
    },
  };
  await eraseDue({ ...context, storage });
  expect(await findMarks(world, [leaver.userId])).toEqual([]);
});

test("its last sessions are counted before they go, and where another process is counting they wait for it", async () => {
  const fresh = await openTestWorld({ ACCOUNT_DELETION_DAYS: "0" });
  const { context } = fresh;
  await trust(context);
  const ends = async () => (await context.db.select({ count: sql<number>`coalesce(sum(count), 0)::int` }).from(insightCounts).where(and(eq(insightCounts.figure, "ends"), eq(insightCounts.key, "deleted"))))[0]?.count ?? 0;
  await rollUp(context);
  const { caller, begun, userId } = await userOf(context, "USER");
  good(await askForDeletion(caller, { secret: begun.proof }));
  const erased = await context.db.transaction(async (db) => {
    await db.execute(sql`select pg_advisory_xact_lock(${ROLLER_LOCK})`);
    const erasing = eraseDue(context);
    await expect.poll(async () => (await context.db.select().from(accountDeletions).where(and(eq(accountDeletions.userId, userId), isNotNull(accountDeletions.begunAt)))).length).toBe(1);
    expect((await context.db.select().from(sessions).where(eq(sessions.userId, userId))).length).toBe(1);
    return { erasing };
  });
  await erased.erasing;
  expect(await ends()).toBe(1);
  expect(await findMarks(fresh, [userId])).toEqual([]);
});

test("where its last day cannot be counted it waits for an hour, and no longer", async () => {
  const fresh = await openTestWorld({ ACCOUNT_DELETION_DAYS: "0" });
  const { context } = fresh;
  await trust(context);
  const { caller, begun, userId } = await userOf(context, "USER");
  await query(fresh.databaseUrl, "create function fail() returns trigger language plpgsql as $$ begin raise exception 'this takes too long' using errcode = '57014'; end $$");
  await query(fresh.databaseUrl, "create trigger fail before insert on insight_counts for each row when (new.figure <> 'state') execute function fail()");
  good(await askForDeletion(caller, { secret: begun.proof }));
  await eraseDue(context);
  expect(await context.db.select({ disabledAt: users.disabledAt }).from(users).where(eq(users.id, userId))).toEqual([{ disabledAt: expect.any(Date) }]);
  await query(fresh.databaseUrl, "update account_deletions set begun_at = begun_at - interval '1 hour', due_at = now()");
  await eraseDue(context);
  expect(await findMarks(fresh, [userId])).toEqual([]);
});

test("a late end is counted on the day that it belongs to, though that was counted within the hour", async () => {
  const fresh = await openTestWorld({ ACCOUNT_DELETION_DAYS: "0" });
  const { context } = fresh;
  await trust(context);
  const { caller, begun, userId } = await userOf(context, "USER");
  await rollUp(context);
  good(await askForDeletion(caller, { secret: begun.proof }));
  const midnight = sql`date_trunc('day', now() at time zone 'UTC') at time zone 'UTC'`;
  await context.db.execute(sql`update sessions set created_at = ${midnight} - interval '3 hours', ended_at = ${midnight} - interval '1 hour', end_recorded_at = now() - interval '10 minutes' where user_id = ${userId}`);
  await context.db.execute(sql`insert into insight_days (day, zone, counted_at) values ((now() at time zone 'UTC')::date - 1, 'UTC', now() - interval '30 minutes')`);
  await rollUp(context);
  await eraseDue(context);
  const ended = await query(fresh.databaseUrl, "select ((now() at time zone 'UTC')::date - day) as ago, count::int from insight_counts where figure = 'ends' and key = 'deleted'");
  expect(ended).toEqual([{ ago: 1, count: 1 }]);
});
