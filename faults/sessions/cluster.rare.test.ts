import { setTimeout as sleep } from "node:timers/promises";
import { and, eq, isNull } from "drizzle-orm";
import { expect, test } from "vitest";
import { sessions } from "@/db/schema";
import { isFailure } from "@/lib/core/errors";
import type { Begun } from "@/lib/sessions/begin-session";
import { endSession } from "@/lib/sessions/end-session";
import { listSessions } from "@/lib/sessions/list-sessions";
import { rounds } from "@/tests/support/rounds";
import { begin, makeUser, ownerOf } from "@/tests/support/sessions";
import { startTestCluster, type TestCluster } from "@/tests/support/test-cluster";
import { openProcesses, type Processes } from "./processes";
import { useSteadily } from "./steady-use";

/** Two processes of the app on one cluster. */
async function open(env: Record<string, string> = {}): Promise<{ cluster: TestCluster; processes: Processes }> {
  const cluster = await startTestCluster();
  return { cluster, processes: await openProcesses({ REDIS_URL: cluster.url, ...env }) };
}

async function beginMany({ context }: Processes, count: number): Promise<Begun[]> {
  return Promise.all(Array.from({ length: count }, async () => begin(context, await makeUser(context))));
}

async function end({ context }: Processes, begun: Begun): Promise<boolean> {
  return !isFailure(await endSession(ownerOf(context, begun), begun.credential.s));
}

test("on a cluster 50 parallel sign-ins at limit 5 leave exactly 5 live sessions", async () => {
  const { processes } = await open({ MAX_CONCURRENT_SESSIONS: "5" });
  const { context, ways } = processes;
  for (let round = 0; round < rounds(10); round++) {
    const userId = await makeUser(context);
    const tried = await Promise.allSettled(Array.from({ length: 50 }, () => begin(context, userId)));
    const begun = tried.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
    expect(begun.length).toBeGreaterThan(10);
    for (const ask of ways) {
      const states = await Promise.all(begun.map(({ credential }) => ask(credential)));
      const live = begun.filter((_, index) => states[index]?.state === "authenticated");
      const open = await context.db.select({ id: sessions.id }).from(sessions).where(and(eq(sessions.userId, userId), isNull(sessions.endedAt)));
      expect(live.map(({ credential }) => credential.s).toSorted()).toEqual(open.map(({ id }) => id).toSorted());
      expect(live).toHaveLength(5);
    }
    const listed = await listSessions(ownerOf(context, begun[0] as Begun), { limit: 100, ended: false });
    expect("items" in listed && listed.items).toHaveLength(5);
  }
});

test("on a cluster an acknowledged end is the end, on every process and whichever master holds the session", async () => {
  const { processes } = await open();
  const begun = await beginMany(processes, rounds(200));
  await Promise.all(
    begun.map(async (one) => {
      const racing = processes.ways.map((ask) => ask(one.credential));
      await sleep(Math.random() * 20);
      expect(await end(processes, one)).toBe(true);
      for (const ask of processes.ways) expect((await ask(one.credential)).state).toBe("anonymous");
      await Promise.all(racing);
      for (const ask of processes.ways) expect((await ask(one.credential)).state).toBe("anonymous");
    }),
  );
});

test("one master that loses its memory alone throws nobody out and brings nobody back", async () => {
  const { cluster, processes } = await open();
  const [kept, gone] = [await beginMany(processes, 9), await beginMany(processes, 9)];
  for (const one of gone) expect(await end(processes, one)).toBe(true);
  const live = useSteadily(processes.ways, kept.map(({ credential }) => credential));
  const dead = useSteadily(processes.ways, gone.map(({ credential }) => credential));
  for (let round = 0; round < rounds(30); round++) {
    await sleep(Math.random() * 300);
    await cluster.masters[round % 3]?.command("FLUSHALL");
  }
  await processes.trusted();
  expect(await live.stop()).toMatchObject({ anonymous: 0, unknown: 0 });
  expect((await dead.stop()).authenticated).toBe(0);
});

test("a master that is failed over in the middle of everything throws nobody out and brings nobody back", async () => {
  const { cluster, processes } = await open();
  const [kept, gone, going] = [await beginMany(processes, 9), await beginMany(processes, 9), await beginMany(processes, 30)];
  for (const one of gone) expect(await end(processes, one)).toBe(true);
  const live = useSteadily(processes.ways, kept.map(({ credential }) => credential));
  const dead = useSteadily(processes.ways, gone.map(({ credential }) => credential));

  const acknowledged: Begun[] = [];
  const committed: Begun[] = [];
  const killed = sleep(150).then(() => cluster.masters[1]?.kill());
  for (const one of going) {
    ((await end(processes, one)) ? acknowledged : committed).push(one);
    for (const { credential } of acknowledged) expect((await processes.ways[1]?.(credential))?.state).toBe("anonymous");
    await sleep(20);
  }
  await killed;
  await cluster.whole([...cluster.masters.filter((_, index) => index !== 1), ...cluster.replicas]);
  await processes.trusted();

  const seen = await live.stop();
  expect(seen).toMatchObject({ anonymous: 0, unknown: 0 });
  expect(seen.slowest).toBeLessThan(5_000);
  expect((await dead.stop()).authenticated).toBe(0);
  for (const { credential } of [...acknowledged, ...committed, ...gone]) {
    for (const ask of processes.ways) expect((await ask(credential)).state).toBe("anonymous");
  }
  for (const { credential } of kept) for (const ask of processes.ways) expect((await ask(credential)).state).toBe("authenticated");
});
