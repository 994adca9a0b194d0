import { setTimeout as sleep } from "node:timers/promises";
import { and, eq, isNull, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { events, sessions } from "@/db/schema";
import { isFailure } from "@/lib/core/errors";
import { endAllSessions } from "@/lib/sessions/end-all-sessions";
import { sweep } from "@/lib/sessions/ledger/sweep";
import { openTestWorld } from "@/tests/support/context";
import { begin, makeUser, ownerOf, trust } from "@/tests/support/sessions";
import { killAtEachStep } from "./kill-at-each-step";
import { until, usesOf } from "./processes";

const SETTINGS = { MAX_CONCURRENT_SESSIONS: "3" };

/** How long after a process' death everything it left half done must be repaired: one replay, and a little. */
const REPAIR_MS = 3_000;

test("begin, killed at any step: the session is whole or absent, the limit holds, nobody else loses anything", async () => {
  const world = await openTestWorld(SETTINGS);
  const { context } = world;
  await trust(context);
  let userId = "";
  let kept: Awaited<ReturnType<typeof begin>>[] = [];
  const steps = await killAtEachStep(
    world,
    SETTINGS,
    async (victim) => {
      userId = await makeUser(context);
      kept = [];
      for (let n = 0; n < 3; n++) {
        kept.push(await begin(context, userId));
        await sleep(5);
      }
      return victim.begin(userId);
    },
    async () => {
      const rows = await context.db.select().from(sessions).where(eq(sessions.userId, userId));
      const open = rows.filter(({ endedAt }) => endedAt === null);
      expect(open).toHaveLength(3);
      const began = await context.db.select().from(events).where(and(eq(events.userId, userId), eq(events.type, "sign_in.succeeded")));
      expect(began).toHaveLength(rows.length);
      const made = rows.length - kept.length;
      const [oldest, ...others] = kept;
      // Either nothing has happened, or the new session stands and the least recently used one has gone.
      expect(made).toBeLessThanOrEqual(1);
      const fate = made === 1 ? "anonymous" : "authenticated";
      await until(async () => expect((await usesOf(context)(oldest!.credential)).state).toBe(fate), REPAIR_MS);
      for (const { credential } of others) expect((await usesOf(context)(credential)).state).toBe("authenticated");
    },
  );
  expect(steps).toBeGreaterThan(10);
});

test.each(["one", "all"])("end (%s), killed at any step: in force or not begun, and doing it again finishes it", async (which) => {
  const world = await openTestWorld(SETTINGS);
  const { context, redis } = world;
  await trust(context);
  let begun: Awaited<ReturnType<typeof begin>>[] = [];
  const steps = await killAtEachStep(
    world,
    SETTINGS,
    async (victim) => {
      const userId = await makeUser(context);
      begun = await Promise.all([begin(context, userId), begin(context, userId)]);
      const { credential } = begun[0]!;
      const ended = which === "one" ? await victim.end(credential, credential.s) : await victim.endAll(credential);
      expect(isFailure(ended)).toBe(false);
    },
    async (died) => {
      const targets = which === "one" ? begun.slice(0, 1) : begun;
      const committed = await context.db.select().from(sessions).where(and(eq(sessions.userId, begun[0]!.credential.u), sql`ended_at is not null`));
      expect([0, targets.length]).toContain(committed.length);
      if (!died) expect(committed).toHaveLength(targets.length);
      if (committed.length > 0) {
        for (const { credential } of targets) {
          const key = `session:{${credential.u}}:${credential.s}`;
          await until(async () => expect(await redis.command("GET", key)).toContain('{"ended":'), died ? REPAIR_MS : 0);
          expect((await usesOf(context)(credential)).state).toBe("anonymous");
        }
        await until(async () => {
          const settled = await context.db.select().from(sessions).where(and(eq(sessions.userId, begun[0]!.credential.u), eq(sessions.endSettled, true)));
          expect(settled).toHaveLength(targets.length);
          for (const row of settled) expect(row.lastSeenIsBound).toBe(false);
        }, died ? REPAIR_MS : 0);
      }
      expect(isFailure(await endAllSessions(ownerOf(context, begun[0]!), { keepCurrent: false }))).toBe(false);
      for (const { credential } of begun) expect((await usesOf(context)(credential)).state).toBe("anonymous");
    },
  );
  expect(steps).toBeGreaterThan(4);
});

test("admit, killed at any step: the session lives, can be ended, and stays ended", async () => {
  const world = await openTestWorld(SETTINGS);
  const { context, redis } = world;
  await trust(context);
  let begun: Awaited<ReturnType<typeof begin>>;
  const steps = await killAtEachStep(
    world,
    SETTINGS,
    async (victim) => {
      begun = await begin(context, await makeUser(context));
      await redis.command("DEL", `session:{${begun.credential.u}}:${begun.credential.s}`);
      return victim.authenticate(begun.credential);
    },
    async () => {
      expect((await usesOf(context)(begun.credential)).state).toBe("authenticated");
      expect(isFailure(await endAllSessions(ownerOf(context, begun), { keepCurrent: false }))).toBe(false);
      await sleep(400);
      expect((await usesOf(context)(begun.credential)).state).toBe("anonymous");
    },
  );
  expect(steps).toBeGreaterThan(4);
});

test("the sweeper, killed at any step: the next one finishes, exactly, and nobody who expired comes back", async () => {
  const world = await openTestWorld(SETTINGS);
  const { context } = world;
  await trust(context);
  let begun: Awaited<ReturnType<typeof begin>>[] = [];
  const steps = await killAtEachStep(
    world,
    SETTINGS,
    async (victim) => {
      await context.db.delete(sessions);
      const short = { ...context, settings: { ...context.settings, SESSION_TTL_SECONDS: 3 } };
      begun = await Promise.all([begin(short, await makeUser(context)), begin(short, await makeUser(context)), begin(context, await makeUser(context))]);
      // Ended by its absolute end while Redis has its record: its tombstone is what the sweeper still owes.
      await context.db.update(sessions).set({ absoluteExpiresAt: sql`clock_timestamp()`, checkDueAt: sql`clock_timestamp()` }).where(eq(sessions.id, begun[2]!.credential.s));
      // What expires is exact as long as the next sweeper comes within a ttl of the last look: a second and a half is left for it.
      await sleep(1_500);
      await sweep(context);
      await sleep(1_510);
      return victim.sweep();
    },
    async () => {
      // PostgreSQL may take a moment to notice that the one who held the locks is gone.
      const open = () => context.db.select({ id: sessions.id }).from(sessions).where(isNull(sessions.endedAt));
      await expect.poll(() => sweep(context).then(open), { timeout: 2_000, interval: 10 }).toEqual([]);
      const rows = await context.db.select().from(sessions);
      for (const row of rows) expect(row).toMatchObject({ endReason: "expired", lastSeenIsBound: false });
      const ends = await context.db.select().from(events).where(and(eq(events.type, "session.ended"), sql`session_id in (select id from sessions)`));
      expect(ends).toHaveLength(rows.length);
      for (const { credential } of begun) expect((await usesOf(context)(credential)).state).toBe("anonymous");
    },
  );
  expect(steps).toBeGreaterThan(4);
});
