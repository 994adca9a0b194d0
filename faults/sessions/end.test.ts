import { setTimeout as sleep } from "node:timers/promises";
import { eq, ne, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { sessions, users } from "@/db/schema";
import { isFailure } from "@/lib/core/errors";
import { authenticate } from "@/lib/sessions/authenticate";
import { type Begun, beginSession } from "@/lib/sessions/begin-session";
import { endAllSessions } from "@/lib/sessions/end-all-sessions";
import { endSession } from "@/lib/sessions/end-session";
import { endSessions } from "@/lib/sessions/end-sessions";
import { newId } from "@/lib/core/ids";
import { openTestWorld } from "@/tests/support/context";
import { type Instance, startInstance } from "@/tests/support/instance";
import { startRedisProxy } from "@/tests/support/redis-proxy";
import { rounds } from "@/tests/support/rounds";
import { begin, makeUser, ownerOf, trust, visitorOf } from "@/tests/support/sessions";

/** Two processes on one PostgreSQL and one Redis: this one, and one behind a network that can be slow. */
async function openTwo() {
  const world = await openTestWorld({ MAX_CONCURRENT_SESSIONS: "100" });
  await trust(world.context);
  const proxy = await startRedisProxy(world.redis.url);
  const other = await startInstance({ DATABASE_URL: world.databaseUrl, REDIS_URL: proxy.url, MAX_CONCURRENT_SESSIONS: "100" });
  await other.trust();
  return { ...world, other, proxy };
}
type Two = Awaited<ReturnType<typeof openTwo>>;

/** Uses a session from both processes again and again; `stop` tells whether a use that began after `mark` was let in. */
function useAllTheTime({ context, other }: Two, { credential }: Begun) {
  let marked = Number.POSITIVE_INFINITY;
  let stopped = false;
  let letIn = 0;
  let after = 0;
  async function loop(ask: () => Promise<{ state: string }>) {
    while (!stopped) {
      const began = performance.now();
      const { state } = await ask();
      if (began <= marked) letIn += state === "authenticated" ? 1 : 0;
      else if (state === "authenticated") after++;
    }
  }
  const loops = [
    loop(() => authenticate(visitorOf(context), credential, { use: true })),
    loop(() => other.authenticate(credential)),
    // From other addresses: the one write on a request's way must not undo a tombstone.
    loop(() => authenticate(visitorOf(context, "198.51.100.7"), credential, { use: true })),
    loop(() => other.authenticate(credential, true, "203.0.113.7")),
  ];
  return {
    mark: () => (marked = performance.now()),
    async stop() {
      stopped = true;
      await Promise.all(loops);
      return { letIn, after };
    },
  };
}

test("once an end has resolved, no use that begins after it is let in, on any instance, however the two race", async () => {
  const two = await openTwo();
  const { context, redis } = two;
  for (let round = 0; round < rounds(200); round++) {
    const userId = await makeUser(context);
    const [target, ender] = [await begin(context, userId), await begin(context, userId)];
    const use = useAllTheTime(two, target);
    await sleep(Math.random() * 25);
    const ended = await endSession(ownerOf(context, round % 2 ? ender : target), target.credential.s);
    use.mark();
    expect(isFailure(ended)).toBe(false);
    await sleep(25);
    const { after } = await use.stop();
    expect(after).toBe(0);
    // Every reader has given the tombstone its ten minutes again: GETEX had made it the session's 1,800 s.
    const life = Number(await redis.command("TTL", `session:{${userId}}:${target.credential.s}`));
    expect(life).toBeGreaterThan(590);
    expect(life).toBeLessThanOrEqual(600);
    expect((await authenticate(visitorOf(context), ender.credential, { use: true })).state).toBe("authenticated");
  }
});

test("no session that was begun with the old password outlives end-all, however sign-ins race it", async () => {
  const { context, other } = await openTwo();
  for (let round = 0; round < rounds(200); round++) {
    const userId = await makeUser(context);
    const home = await begin(context, userId);
    const attempts = Array.from({ length: 8 }, async (_, index) => {
      await sleep(Math.random() * 15);
      if (index % 2) return other.begin(userId).catch(() => null);
      const begun = await beginSession(visitorOf(context), { userId, ways: 0, client: "browser", browserId: newId(), remember: false, prior: null });
      return isFailure(begun) ? null : begun;
    });
    await sleep(Math.random() * 10);
    const outcome = await endSessions(ownerOf(context, home), {
      of: [userId],
      where: ne(sessions.id, home.credential.s),
      reason: "password_changed",
      also: async (tx) => void (await tx.db.update(users).set({ ways: sql`${users.ways} + 1` }).where(eq(users.id, userId))),
    });
    expect(isFailure(outcome)).toBe(false);
    const begun = (await Promise.all(attempts)).filter((one) => one !== null);
    for (const { credential } of begun) {
      expect(await authenticate(visitorOf(context), credential, { use: true })).toMatchObject({ state: "anonymous" });
      expect(await other.authenticate(credential)).toMatchObject({ state: "anonymous" });
    }
    expect((await other.authenticate(home.credential)).state).toBe("authenticated");
    const rows = await context.db.select().from(sessions).where(eq(sessions.userId, userId));
    expect(rows.filter((row) => row.endedAt === null).map(({ id }) => id)).toEqual([home.credential.s]);
  }
});

test("end-all against sign-in: what PostgreSQL says of each session is what its cookie is worth", async () => {
  const { context, other } = await openTwo();
  for (let round = 0; round < rounds(200); round++) {
    const userId = await makeUser(context);
    const before = await Promise.all([begin(context, userId), other.begin(userId), begin(context, userId)]);
    const during = Array.from({ length: 6 }, async (_, index) => {
      await sleep(Math.random() * 15);
      return index % 2 ? other.begin(userId) : begin(context, userId);
    });
    await sleep(Math.random() * 10);
    const ender = round % 2 ? await other.endAll(before[0].credential) : await endAllSessions(ownerOf(context, before[0]), { keepCurrent: false });
    expect(isFailure(ender)).toBe(false);
    for (const { credential } of before) {
      expect((await authenticate(visitorOf(context), credential, { use: true })).state).toBe("anonymous");
      expect((await other.authenticate(credential)).state).toBe("anonymous");
    }
    const begun = await Promise.all(during);
    const rows = await context.db.select().from(sessions).where(eq(sessions.userId, userId));
    for (const { credential } of begun) {
      const live = rows.find(({ id }) => id === credential.s)?.endedAt === null;
      expect((await authenticate(visitorOf(context), credential, { use: true })).state).toBe(live ? "authenticated" : "anonymous");
      expect((await other.authenticate(credential)).state).toBe(live ? "authenticated" : "anonymous");
    }
  }
});

/** From now on admissions reach Redis `late` milliseconds late; resolves when the first one is on its way. */
function delayAdmissions({ proxy }: Two, late: number): Promise<void> {
  return new Promise((resolve) => {
    proxy.delay((piece) => {
      if (!piece.includes("'late'")) return 0;
      resolve();
      return late;
    });
  });
}

/** Ends `begun` while `other` admits it. */
async function endWhileAdmitted({ context, other, redis }: Two, begun: Begun, underway: Promise<void>) {
  await redis.command("DEL", `session:{${begun.credential.u}}:${begun.credential.s}`);
  const admitted = other.authenticate(begun.credential);
  await underway;
  const ended = await endSession(ownerOf(context, begun), begun.credential.s);
  return { admitted, ended };
}

async function expectDead(two: Two, other: Instance, { credential }: Begun) {
  expect(await authenticate(visitorOf(two.context), credential, { use: true })).toMatchObject({ state: "anonymous" });
  expect((await other.authenticate(credential)).state).not.toBe("authenticated");
}

test("an admission that reaches Redis after the end brings no session back", async () => {
  const two = await openTwo();
  const { context, other, proxy } = two;
  for (let round = 0; round < rounds(200); round += 10) {
    proxy.delay(() => 0);
    await other.trust();
    const begun = await Promise.all(Array.from({ length: 10 }, async () => begin(context, await makeUser(context))));
    const late = Math.random() * 900;
    const underway = delayAdmissions(two, late);
    const outcomes = await Promise.all(begun.map((one) => endWhileAdmitted(two, one, underway)));
    for (const [index, { ended }] of outcomes.entries()) {
      expect(isFailure(ended)).toBe(false);
      await expectDead(two, other, begun[index] as Begun);
    }
    await Promise.all(outcomes.map(({ admitted }) => admitted));
    await sleep(late + 50);
    for (const one of begun) await expectDead(two, other, one);
  }
});

test("an admission that is late and finds Redis emptied, its tombstone gone, still does nothing", async () => {
  const two = await openTwo();
  const { context, other, proxy, redis } = two;
  for (let round = 0; round < rounds(50); round++) {
    proxy.delay(() => 0);
    await other.trust();
    const begun = await begin(context, await makeUser(context));
    // In time for its deadline (then the end has to wait for it), and past it.
    const late = round % 2 ? 300 + Math.random() * 600 : 100 + Math.random() * 150;
    const { admitted, ended } = await endWhileAdmitted(two, begun, delayAdmissions(two, late));
    expect(isFailure(ended)).toBe(false);
    await redis.command("FLUSHALL");
    await admitted;
    await sleep(late);
    const key = `session:{${begun.credential.u}}:${begun.credential.s}`;
    expect(String(await redis.command("GET", key))).not.toContain("secretHash");
    proxy.delay(() => 0);
    await other.trust();
    await trust(context);
    await expectDead(two, other, begun);
  }
});

test("a process that is frozen in the middle of an admission, and goes on long after the end, brings nothing back", async () => {
  const two = await openTwo();
  const { context, other, redis } = two;
  for (let round = 0; round < rounds(30); round++) {
    await other.trust();
    const begun = await begin(context, await makeUser(context));
    await redis.command("DEL", `session:{${begun.credential.u}}:${begun.credential.s}`);
    const admitted = other.authenticate(begun.credential);
    await sleep(Math.random() * 8);
    other.signal("SIGSTOP");
    // The frozen process may hold the row's lock: PostgreSQL takes it away after 1 s.
    let ended = await endSession(ownerOf(context, begun), begun.credential.s);
    while (isFailure(ended)) ended = await endSession(ownerOf(context, begun), begun.credential.s);
    if (round % 2) await redis.command("DEL", `session:{${begun.credential.u}}:${begun.credential.s}`);
    other.signal("SIGCONT");
    await admitted;
    await sleep(20);
    await expectDead(two, other, begun);
  }
});
