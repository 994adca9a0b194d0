import { setTimeout as sleep } from "node:timers/promises";
import { eq, inArray, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { events, sessions, users } from "@/db/schema";
import { signUp } from "@/lib/auth/sign-up";
import { isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { isOutage } from "@/lib/core/outage";
import { authenticate } from "@/lib/sessions/authenticate";
import { endSession } from "@/lib/sessions/end-session";
import { query } from "@/scripts/servers/query";
import { contextOf, openTestWorld } from "@/tests/support/context";
import { rounds } from "@/tests/support/rounds";
import { begin, makeUser, ownerOf, trust } from "@/tests/support/sessions";
import { startTestPostgres } from "@/tests/support/test-postgres";
import { until, usesOf } from "./processes";
import { useSteadily } from "./steady-use";

const PASSWORD = "seventeen blue kettles";

async function openOnOwnPostgres() {
  const postgres = await startTestPostgres();
  const world = await openTestWorld({ DATABASE_URL: postgres.url, MAX_CONCURRENT_SESSIONS: "100" });
  const keeper = await trust(world.context);
  return { ...world, postgres, keeper };
}

test("PostgreSQL killed in the middle of sign-ups: each account is whole or absent, and every success is there", async () => {
  const { context, postgres } = await openOnOwnPostgres();
  let address = 0;
  let succeeded = 0;
  let failed = 0;
  for (let round = 0; round < rounds(100); round++) {
    // Killed a moment after so many of them have an answer: the machine says how fast that is.
    const enough = round % 6;
    let answered = 0;
    let reached = () => {};
    const moment = new Promise<void>((resolve) => (reached = resolve));
    async function attempt() {
      const email = `${newId()}@example.com`;
      const visitor = contextOf(context, { address: `2001:db8:1:${(++address).toString(16)}::1` });
      try {
        const begun = await signUp(visitor, { email, password: PASSWORD, name: "Zo Li" }, { browserId: newId(), prior: null });
        return { email, begun: "session" in begun ? begun : null };
      } catch (error) {
        // What is no outage is a fault of ours.
        if (!isOutage(error)) throw error;
        return { email, begun: null };
      } finally {
        if (++answered >= enough) reached();
      }
    }
    const attempts = Array.from({ length: 6 }, attempt);
    if (enough > 0) await moment;
    await sleep(Math.random() * 40);
    await postgres.kill();
    const outcomes = await Promise.all(attempts);
    await postgres.start();

    await until(async () => void (await context.db.select().from(users).limit(1)));
    const emails = outcomes.map(({ email }) => email);
    const made = await context.db.select().from(users).where(inArray(users.email, emails));
    for (const { email, begun } of outcomes) {
      const user = made.find((one) => one.email === email);
      if (begun) {
        succeeded++;
        expect(user?.id).toBe(begun.user.id);
        expect((await authenticate(context, begun.credential, { use: false })).state).toBe("authenticated");
      } else failed++;
      if (!user) continue;
      expect(await context.db.select().from(sessions).where(eq(sessions.userId, user.id))).toHaveLength(1);
      const log = await context.db.select().from(events).where(eq(events.userId, user.id));
      expect(log.map(({ type }) => type).toSorted()).toEqual(["account.created", "sign_in.succeeded"]);
    }
  }
  expect(succeeded).toBeGreaterThan(0);
  expect(failed).toBeGreaterThan(0);
});

test("connections that PostgreSQL closes in the middle of anything end no process, lose no answer, and are replaced within two seconds", async () => {
  const { context, databaseUrl } = await openOnOwnPostgres();
  for (let round = 0; round < rounds(50); round++) {
    let stopped = false;
    let slowest = 0;
    async function ask(work: () => Promise<unknown>) {
      const began = performance.now();
      // Tried again at once, as an admission that failed is vouched for: on a connection that is about to close as well.
      await work().catch(work).catch(() => {});
      slowest = Math.max(slowest, performance.now() - began);
    }
    const busy = Array.from({ length: 30 }, async (_, index) => {
      while (!stopped) {
        await ask(async () => context.db.select().from(users).limit(1));
        await ask(async () => context.db.transaction(async (tx) => {
          for (let n = 0; n < 3; n++) {
            await tx.execute(sql`select ${n}::int`);
            if (index % 2) await sleep(Math.random() * 30);
          }
        }));
      }
    });
    await sleep(100 + Math.random() * 200);
    await query(databaseUrl, "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'latchkey'");
    await sleep(300);
    stopped = true;
    await Promise.all(busy);
    expect(slowest).toBeLessThan(2_500);
    await until(async () => void (await Promise.all(Array.from({ length: 60 }, () => context.db.execute(sql`select 1`)))), 2_000);
  }
});

test("a transaction whose connection is lost does nothing more, not even on the connection that follows", async () => {
  const { context, databaseUrl } = await openOnOwnPostgres();
  for (let round = 0; round < rounds(50); round++) {
    const id = newId();
    const ended = context.db.transaction(async (tx) => {
      await tx.execute(sql`select 1`);
      await query(databaseUrl, "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'latchkey'");
      await sleep(50);
      await Promise.all(Array.from({ length: 30 }, () => context.db.execute(sql`select 1`)));
      await tx.insert(users).values({ id, email: id, emailKey: id, name: "Nobody", passwordHash: "none" });
    });
    await expect(ended).rejects.toSatisfy(isOutage);
    await sleep(250);
    expect(await context.db.select().from(users).where(eq(users.id, id))).toEqual([]);
  }
});

test("while PostgreSQL is away, those whom Redis knows stay signed in; without it nobody begins, ends or comes back", async () => {
  const { context, postgres, redis, keeper } = await openOnOwnPostgres();
  const userId = await makeUser(context);
  const [live, ended, lost] = [await begin(context, userId), await begin(context, userId), await begin(context, userId)];
  expect(isFailure(await endSession(ownerOf(context, live), ended.credential.s))).toBe(false);
  await usesOf(context)(live.credential);
  await redis.command("DEL", `session:{${userId}}:${lost.credential.s}`);
  await postgres.kill();
  const alive = useSteadily([usesOf(context)], [live.credential]);
  const dead = useSteadily([usesOf(context)], [ended.credential]);
  await sleep(500);
  expect((await usesOf(context)(lost.credential)).state).toBe("unknown");
  await expect(begin(context, userId)).rejects.toSatisfy(isOutage);
  await expect(endSession(ownerOf(context, live), live.credential.s)).rejects.toSatisfy(isOutage);
  expect(await alive.stop()).toMatchObject({ anonymous: 0, unknown: 0 });
  expect(await dead.stop()).toMatchObject({ authenticated: 0, unknown: 0 });

  // Redis restarts meanwhile: nobody can replay what ended, so nobody believes it.
  await redis.kill();
  await redis.start();
  const neither = useSteadily([usesOf(context)], [live.credential, ended.credential, lost.credential]);
  await sleep(1_000);
  expect(await neither.stop()).toMatchObject({ anonymous: 0, authenticated: 0 });

  await postgres.start();
  await until(() => keeper.once());
  for (const { credential } of [live, lost]) expect((await usesOf(context)(credential)).state).toBe("authenticated");
  expect((await usesOf(context)(ended.credential)).state).toBe("anonymous");
});

test("a frozen PostgreSQL: whoever Redis knows gets in meanwhile, and after the thaw every connection works again by itself", async () => {
  const { context, postgres } = await openOnOwnPostgres();
  const userId = await makeUser(context);
  const live = await begin(context, await makeUser(context));
  await usesOf(context)(live.credential);
  for (let round = 0; round < rounds(5); round++) {
    const busy = Array.from({ length: 40 }, () => begin(context, userId).catch((error: unknown) => error));
    await sleep(Math.random() * 100);
    postgres.freeze();
    const use = useSteadily([usesOf(context)], [live.credential]);
    await sleep(Math.max(4, rounds(20)) * 1000);
    postgres.thaw();
    expect(await use.stop()).toMatchObject({ anonymous: 0, unknown: 0 });
    // More than the pool has connections: each of them is used.
    const thawed = performance.now();
    await until(async () => void (await Promise.all(Array.from({ length: 40 }, () => makeUser(context)))));
    expect(performance.now() - thawed).toBeLessThan(5_000);
    for (const outcome of await Promise.all(busy)) if (outcome instanceof Error && !/no session/.test(outcome.message)) expect(outcome).toSatisfy(isOutage);
    expect((await usesOf(context)(live.credential)).state).toBe("authenticated");
  }
});
