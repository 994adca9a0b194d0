import { setTimeout as sleep } from "node:timers/promises";
import { eq, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { sessions } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import type { Begun } from "@/lib/sessions/begin-session";
import { endSession } from "@/lib/sessions/end-session";
import { endSessions } from "@/lib/sessions/end-sessions";
import { finishEnds } from "@/lib/sessions/ledger/finish-ends";
import { keepSwept, sweepInterval } from "@/lib/sessions/ledger/keep-swept";
import { markEnded } from "@/lib/sessions/ledger/mark-ended";
import { sweep } from "@/lib/sessions/ledger/sweep";
import { openTestWorld } from "@/tests/support/context";
import { rounds } from "@/tests/support/rounds";
import { atEnd } from "@/tests/support/stop-everything";
import { begin, makeUser, ownerOf, trust } from "@/tests/support/sessions";
import { startTestPostgres } from "@/tests/support/test-postgres";
import { openProcesses, type Processes, until, usesOf } from "./processes";

const TTL = 2;
/** The sweeper's step, and what a busy machine takes. */
const STEP_MS = sweepInterval(TTL) + 150;

/** From now on PostgreSQL itself refuses to forget: a last use or a projection that goes back is an error. */
async function forbidGoingBack({ db }: Context) {
  await db.execute(sql.raw(`
    create function forbid_going_back() returns trigger language plpgsql as $$ begin
      if new.last_seen_at < old.last_seen_at or new.expires_at < old.expires_at then raise exception 'the ledger went back: % %', old, new; end if;
      if old.ended_at is not null and (new.ended_at, new.end_reason) is distinct from (old.ended_at, old.end_reason) then raise exception 'an end was changed: % %', old, new; end if;
      return new;
    end $$;
    create trigger forbid_going_back before update on sessions for each row execute function forbid_going_back()`));
}

async function rowOf({ db }: Context, { credential }: Begun) {
  const [row] = await db.select().from(sessions).where(eq(sessions.id, credential.s));
  if (!row) throw new Error("no such row");
  return row;
}

type Way = "expired" | "signed_out" | "ended_by_user" | "ended_all" | "password_changed" | "over_limit";
const WAYS: Way[] = ["expired", "expired", "expired", "signed_out", "ended_by_user", "ended_all", "password_changed", "over_limit"];
type Life = { begun: Begun; way: Way; lastUse: { from: number; to: number }; endedAt: { from: number; to: number } };

/** One client: uses its session at random, then ends it in some way, or just goes away. What it saw is what the ledger must say. */
async function live(processes: Processes, way: Way): Promise<Life> {
  const { context } = processes;
  await sleep(Math.random() * 3_000);
  const born = Date.now();
  const userId = await makeUser(context);
  const begun = await begin(context, userId);
  let lastUse = { from: born, to: Date.now() };
  const until = Date.now() + Math.random() * 4_000;
  while (Date.now() < until) {
    await sleep(Math.random() < 0.2 ? Math.random() * TTL * 900 : Math.random() * 150);
    const from = Date.now();
    const ask = processes.ways[Math.random() < 0.5 ? 0 : 1]!;
    const { state } = await ask(begun.credential);
    // By any reading of the clocks it was used within its time.
    if (Date.now() - lastUse.from < TTL * 1000) expect(state, `used ${from - lastUse.to} ms after the last use`).toBe("authenticated");
    if (state !== "authenticated") return { begun, way: "expired", lastUse, endedAt: { from: lastUse.from + TTL * 1000, to: lastUse.to + TTL * 1000 } };
    lastUse = { from, to: Date.now() };
  }
  if (way === "expired") return { begun, way, lastUse, endedAt: { from: lastUse.from + TTL * 1000, to: lastUse.to + TTL * 1000 } };
  await sleep(Math.random() * TTL * 700);
  const from = Date.now();
  await endBy(context, begun, way);
  return { begun, way, lastUse, endedAt: { from, to: Date.now() } };
}

async function endBy(context: Context, begun: Begun, way: Exclude<Way, "expired">) {
  const owner = ownerOf(context, begun);
  if (way === "over_limit") return begin({ ...context, settings: { ...context.settings, MAX_CONCURRENT_SESSIONS: 1 } }, begun.credential.u);
  if (way === "ended_all" || way === "password_changed") return expectDone(await endSessions(owner, { of: [owner.actor.userId], reason: way }));
  return expectDone(await endSession(owner, begun.credential.s, way));
}

function expectDone(outcome: unknown) {
  expect(isFailure(outcome)).toBe(false);
}

function expectWithin(time: Date, { from, to }: { from: number; to: number }, slack: number, what: string) {
  expect(time.getTime(), what).toBeGreaterThanOrEqual(from - slack);
  expect(time.getTime(), what).toBeLessThanOrEqual(to + slack);
}

test("whatever clients do, the ledger tells when each session was last used, when and why it ended, exactly", async () => {
  const processes = await openProcesses({ SESSION_TTL_SECONDS: String(TTL) });
  const { context, other } = processes;
  await forbidGoingBack(context);
  const sweeper = keepSwept(context);
  atEnd(async () => sweeper.stop());
  await other.keepSwept();
  const lives = await Promise.all(Array.from({ length: 16 * rounds(40) }, (_, index) => live(processes, WAYS[index % WAYS.length]!)));
  await sleep(TTL * 1000 + 2 * STEP_MS);
  for (const { begun, way, lastUse, endedAt } of lives) {
    const row = await rowOf(context, begun);
    expect(row.endReason).toBe(way);
    expectWithin(row.lastSeenAt, lastUse, STEP_MS, `last use of one ${way}`);
    expectWithin(row.endedAt!, endedAt, STEP_MS, `end of one ${way}`);
    if (way === "expired") expect(row.endedAt!.getTime() - row.lastSeenAt.getTime()).toBe(TTL * 1000);
    expect(row.lastSeenIsBound, `nothing was lost, ${way}`).toBe(false);
  }
});

test("an absolute end comes on time, however much the session is used", async () => {
  const processes = await openProcesses({ SESSION_TTL_SECONDS: "2", SESSION_ABSOLUTE_SECONDS: "3" });
  const { context } = processes;
  const sweeper = keepSwept(context);
  atEnd(async () => sweeper.stop());
  const begun = await begin(context, await makeUser(context));
  let lastUse = { from: 0, to: 0 };
  for (;;) {
    const from = Date.now();
    const { state } = await usesOf(context)(begun.credential);
    if (state !== "authenticated") break;
    lastUse = { from, to: Date.now() };
    await sleep(30);
  }
  expectWithin(new Date(), { from: begun.credential.a, to: begun.credential.a }, 100, "the first refusal");
  await sleep(2 * STEP_MS);
  const row = await rowOf(context, begun);
  expect(row).toMatchObject({ endReason: "expired", lastSeenIsBound: false });
  expect(row.endedAt!.getTime()).toBe(begun.credential.a);
  expectWithin(row.lastSeenAt, lastUse, STEP_MS, "last use");
});

test("a use that Redis forgot before anyone asked for it is a bound, also when the session is ended before the loss is found", async () => {
  const { context, redis } = await openTestWorld();
  const keeper = await trust(context);
  keeper.stop();
  const userId = await makeUser(context);
  const [forgotten, ender] = [await begin(context, userId), await begin(context, userId)];
  await sleep(30);
  await usesOf(context)(forgotten.credential);
  await redis.command("FLUSHALL");
  const ended = await endSession(ownerOf(context, ender), forgotten.credential.s);
  const found = await trust(context);
  await found.once();
  expect(await rowOf(context, forgotten)).toMatchObject({ endReason: "ended_by_user", lastSeenIsBound: true });
  if (isFailure(ended)) expectDone(await endSession(ownerOf(context, ender), forgotten.credential.s));
});

test("a use that Redis forgot is a bound, when the session is ended after another process found the loss", async () => {
  const { context, redis } = await openTestWorld();
  const keeper = await trust(context);
  const userId = await makeUser(context);
  const [forgotten, ender] = [await begin(context, userId), await begin(context, userId)];
  await usesOf(context)(forgotten.credential);
  await redis.command("FLUSHALL");
  await keeper.once();
  expectDone(await endSession(ownerOf(context, ender), forgotten.credential.s));
  expect((await rowOf(context, forgotten)).lastSeenIsBound).toBe(true);
});

test("a use after the loss is exact again", async () => {
  const { context, redis } = await openTestWorld();
  const keeper = await trust(context);
  const begun = await begin(context, await makeUser(context));
  await redis.command("FLUSHALL");
  await keeper.once();
  await sleep(30);
  const from = Date.now();
  expect((await usesOf(context)(begun.credential)).state).toBe("authenticated");
  const to = Date.now();
  await sleep(30);
  expectDone(await endSession(ownerOf(context, begun), begun.credential.s));
  const row = await rowOf(context, begun);
  expectWithin(row.lastSeenAt, { from, to }, 20, "last use");
  expect(row.lastSeenIsBound).toBe(false);
});

test("what an old snapshot says of a session is a bound, until it is used again", async () => {
  const { context, redis } = await openTestWorld();
  const keeper = await trust(context);
  const userId = await makeUser(context);
  const [idle, used, ender] = [await begin(context, userId), await begin(context, userId), await begin(context, userId)];
  const snapshot = await redis.snapshot();
  await sleep(30);
  for (const { credential } of [idle, used]) await usesOf(context)(credential);
  await redis.kill();
  await redis.start(snapshot);
  await until(() => keeper.once());
  await usesOf(context)(used.credential);
  for (const { credential } of [idle, used]) expectDone(await endSession(ownerOf(context, ender), credential.s));
  expect((await rowOf(context, idle)).lastSeenIsBound).toBe(true);
  expect((await rowOf(context, used)).lastSeenIsBound).toBe(false);
});

test("the sweeper leaves an idle session one ttl from the loss, and marks its last use as a bound", async () => {
  const { context, redis } = await openTestWorld({ SESSION_TTL_SECONDS: String(TTL) });
  const keeper = await trust(context);
  const begun = await begin(context, await makeUser(context));
  await sleep(700);
  await usesOf(context)(begun.credential);
  await sleep(700);
  const lost = Date.now();
  await redis.command("FLUSHALL");
  await keeper.once();
  const sweeper = keepSwept(context);
  atEnd(async () => sweeper.stop());
  // The projection of its beginning passes now; it may still be used.
  await sleep(TTL * 1000 - 300);
  expect((await rowOf(context, begun)).endedAt).toBeNull();
  await sleep(300 + 2 * STEP_MS);
  const row = await rowOf(context, begun);
  expect(row).toMatchObject({ endReason: "expired", lastSeenIsBound: true });
  expectWithin(row.endedAt!, { from: lost + TTL * 1000, to: lost + TTL * 1000 }, STEP_MS, "the end");
});

test("a sweeper that was away for longer than the ttl says that it does not know exactly", async () => {
  const { context } = await openTestWorld({ SESSION_TTL_SECONDS: "1" });
  await trust(context);
  const begun = await begin(context, await makeUser(context));
  await sleep(600);
  await usesOf(context)(begun.credential);
  await sleep(1_200);
  await sweep(context);
  expect(await rowOf(context, begun)).toMatchObject({ endReason: "expired", lastSeenIsBound: true });
});

test("a use that only PostgreSQL saw is a bound; a later one that Redis saw is exact", async () => {
  const { context, redis } = await openTestWorld({ SESSION_TTL_SECONDS: String(TTL) });
  const keeper = await trust(context);
  const userId = await makeUser(context);
  const [seen, unseen] = [await begin(context, userId), await begin(context, userId)];
  await redis.kill();
  await sleep(100);
  for (const { credential } of [seen, unseen]) expect((await usesOf(context)(credential)).state).toBe("authenticated");
  await redis.start();
  await until(() => keeper.once());
  // Past the slack that the outage's write took in advance.
  await sleep((TTL * 1000) / 8 + 50);
  const from = Date.now();
  await usesOf(context)(seen.credential);
  const to = Date.now();
  const sweeper = keepSwept(context);
  atEnd(async () => sweeper.stop());
  await sleep(TTL * 1000 + 3 * STEP_MS);
  const row = await rowOf(context, seen);
  expectWithin(row.lastSeenAt, { from, to }, STEP_MS, "last use");
  expect(row.lastSeenIsBound).toBe(false);
  expect(await rowOf(context, unseen)).toMatchObject({ endReason: "expired", lastSeenIsBound: true });
});

test("a last use whose tombstone was gone before PostgreSQL came back to copy it is a bound", async () => {
  const postgres = await startTestPostgres();
  const { context, redis } = await openTestWorld({ DATABASE_URL: postgres.url });
  const keeper = await trust(context);
  keeper.stop();
  const begun = await begin(context, await makeUser(context));
  const { u, s } = begun.credential;
  await sleep(30);
  await usesOf(context)(begun.credential);
  const marked = await context.db.transaction((db) => markEnded({ ...context, db }, [u], [s], "signed_out"));
  await postgres.kill();
  expect(await finishEnds(context, marked)).toMatchObject([{ ended: "signed_out", lastSeen: expect.any(Number) }]);
  await postgres.start();
  // As if all of that had been eleven minutes ago, and a tombstone lives ten.
  await redis.command("DEL", `session:{${u}}:${s}`);
  const watermark = Date.now() - 12 * 60_000;
  await redis.command("SET", "latchkey:watermark", String(watermark));
  await until(async () => void (await context.db.execute(sql`update redis_memory set nodes = jsonb_set(nodes, '{0,watermark}', to_jsonb(${watermark}::bigint))`)));
  await context.db.update(sessions).set({ endedAt: sql`ended_at - interval '11 minutes'`, endRecordedAt: sql`end_recorded_at - interval '11 minutes'` });
  await keeper.once();
  expect(await rowOf(context, begun)).toMatchObject({ endSettled: true, lastSeenIsBound: true });
});

test("two sweepers and a thousand and more sessions: each is ended once, with one event", async () => {
  const processes = await openProcesses({ SESSION_TTL_SECONDS: "1" });
  const { context, other } = processes;
  const userId = await makeUser(context);
  const template = await begin(context, userId);
  await context.db.execute(sql`
    insert into sessions select (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid()))).*
    from sessions s, generate_series(1, 2500) where s.id = ${template.credential.s}`);
  await sleep(1_100);
  await Promise.all([sweep(context), other.sweep(), sweep(context), other.sweep()]);
  await sweep(context);
  const [counts] = await context.db.execute<{ ended: number; events: number }>(sql`
    select (select count(*)::int from sessions where end_reason = 'expired') as ended,
      (select count(*)::int from events where type = 'session.ended') as events`);
  expect(counts).toMatchObject({ ended: 2501, events: 2501 });
});
