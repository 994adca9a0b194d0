import { setTimeout as sleep } from "node:timers/promises";
import { eq } from "drizzle-orm";
import postgres from "postgres";
import { beforeAll, describe, expect, test } from "vitest";
import { accountDeletions, events, roles, sessions, users } from "@/db/schema";
import { deleteUser } from "@/lib/admin/delete-user";
import { endMatchingSessions } from "@/lib/admin/end-matching-sessions";
import { endSelectedSessions } from "@/lib/admin/end-selected-sessions";
import { keepUser } from "@/lib/admin/keep-user";
import { putRole } from "@/lib/admin/put-role";
import { resetFactors } from "@/lib/admin/reset-factors";
import { updateUser } from "@/lib/admin/update-user";
import type { ProofShown } from "@/lib/auth/require-proof";
import type { Context, UserContext } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { endSession } from "@/lib/sessions/end-session";
import { query } from "@/scripts/servers/query";
import { tally } from "@/tests/integration/auth/account";
import { good, holding, PROVEN, userOf } from "@/tests/support/administrators";
import { openTestWorld, type TestWorld } from "@/tests/support/context";
import { factorRows, giveFactors } from "@/tests/support/factors";
import { heldBack } from "@/tests/support/held-back";
import { rounds } from "@/tests/support/rounds";
import { begin, makeUser, trust } from "@/tests/support/sessions";
import { atEnd } from "@/tests/support/stop-everything";

let world: TestWorld;
let context: Context;

beforeAll(async () => {
  world = await openTestWorld({ MAX_CONCURRENT_SESSIONS: "50" });
  context = world.context;
  await trust(context);
});

/** Somebody with two sessions and a second step, to whom an administrator is about to do something; disabled or to be deleted where that is what is taken back. */
async function meant(what = "") {
  const userId = await makeUser(context);
  const [first, second] = [await begin(context, userId), await begin(context, userId)];
  await giveFactors(context, userId, "totp");
  const dueAt = new Date(Date.now() + 86_400_000);
  if (what === "enabling") await context.db.update(users).set({ disabledAt: new Date(0) }).where(eq(users.id, userId));
  if (what === "keeping") await context.db.insert(accountDeletions).values({ userId, askedBy: "user", dueAt });
  if (what === "keeping") await context.db.update(users).set({ deletionDueAt: dueAt }).where(eq(users.id, userId));
  return { userId, ids: [first.session.id, second.session.id] };
}

type Meant = Awaited<ReturnType<typeof meant>>;
type Act = (caller: UserContext, of: Meant, proof: ProofShown) => Promise<unknown>;

/** What an administrator does that asks for a step-up, but for reset links (reset-links.test.ts). */
const acts: Record<string, Act> = {
  "giving a role": async (caller, { userId }, proof) => updateUser(await holding(caller, "users.manage"), userId, { role: "SUPPORT" }, proof),
  "disabling": async (caller, { userId }, proof) => updateUser(await holding(caller, "users.manage"), userId, { disabled: true }, proof),
  "enabling": async (caller, { userId }, proof) => updateUser(await holding(caller, "users.manage"), userId, { disabled: false }, proof),
  "deleting": async (caller, { userId }, proof) => deleteUser(await holding(caller, "users.manage"), userId, proof),
  "keeping": async (caller, { userId }, proof) => keepUser(await holding(caller, "users.manage"), userId, proof),
  "making a role": async (caller, { userId }, proof) => putRole(await holding(caller, "roles.manage"), roleOf(userId), { permissions: ["users.read"] }, proof),
  "ending all that match": async (caller, { userId }, proof) => endMatchingSessions(await holding(caller, "sessions.end"), { userId, dryRun: false }, proof),
  "ending several": async (caller, { ids }, proof) => endSelectedSessions(await holding(caller, "sessions.end"), ids, proof),
  "removing the second step": async (caller, { userId }, proof) => resetFactors(await holding(caller, "factors.reset"), userId, proof),
};

const roleOf = (userId: string) => `R${userId.slice(-8).toUpperCase()}`;

/** All that the acts change. */
async function state({ userId }: Meant) {
  const [user] = await context.db.select({ role: users.role, disabled: users.disabledAt, deletionDueAt: users.deletionDueAt }).from(users).where(eq(users.id, userId));
  const open = await context.db.select({ endedAt: sessions.endedAt }).from(sessions).where(eq(sessions.userId, userId));
  const made = await context.db.select().from(roles).where(eq(roles.name, roleOf(userId)));
  const told = await context.db.select({ type: events.type }).from(events).where(eq(events.userId, userId));
  return { user, open: open.filter(({ endedAt }) => endedAt === null).length, made, factors: await factorRows(context, userId), told: told.length };
}

describe.each(Object.entries(acts))("%s", (what, act) => {
  test("is done with a step-up and not without one, nor with one that is too old, of another session or of before a change", async () => {
    const of = await meant(what);
    const { caller, begun } = await userOf(context, "ADMIN");
    const own = { secret: begun.proof };
    const other = await begin(context, caller.actor.userId);
    const before = await state(of);
    const refused = { failure: "proof_required", ways: ["password"] };
    for (const secret of [null, "", "x".repeat(43), other.proof]) expect(await act(caller, of, { secret })).toMatchObject(refused);
    expect(await act({ ...caller, actor: { ...caller.actor, sessionId: other.session.id } }, of, own)).toMatchObject(refused);
    await query(world.databaseUrl, "update sessions set proven_at = proven_at - interval '10 minutes' where id = $1", [caller.actor.sessionId]);
    expect(await act(caller, of, own)).toMatchObject(refused);
    await query(world.databaseUrl, "update sessions set proven_at = clock_timestamp(), proof_ways = 1 where id = $1", [caller.actor.sessionId]);
    expect(await act(caller, of, own)).toMatchObject(refused);
    expect(await state(of)).toEqual(before);
    await query(world.databaseUrl, "update sessions set proof_ways = 0 where id = $1", [caller.actor.sessionId]);
    const done = await act(caller, of, own);
    expect(isFailure(done) ? done : "done").toBe("done");
    expect(await state(of)).not.toEqual(before);
  });

  test("comes to nothing when the session has ended, the proof is past or the permission gone by the time it is done", async () => {
    const changes: [string, (caller: UserContext) => Promise<unknown>][] = [
      ["unauthenticated", (caller) => endSession(caller, caller.actor.sessionId)],
      ["proof_required", (caller) => query(world.databaseUrl, "update sessions set proven_at = proven_at - interval '10 minutes' where id = $1", [caller.actor.sessionId])],
      ["proof_required", (caller) => context.db.update(users).set({ ways: 1 }).where(eq(users.id, caller.actor.userId))],
      ["forbidden", (caller) => context.db.update(users).set({ role: "USER" }).where(eq(users.id, caller.actor.userId))],
    ];
    for (const [failure, change] of changes) {
      const of = await meant(what);
      const { caller, begun } = await userOf(context, "ADMIN");
      const before = await state(of);
      const late = heldBack(caller);
      const doing = act(late.held, of, { secret: begun.proof });
      await late.waits;
      await change(caller);
      late.letGo();
      expect(await doing).toMatchObject({ failure });
      expect(await state(of)).toEqual(before);
    }
  });

  test("waits while the caller's session is being ended, and then does nothing", async () => {
    const of = await meant(what);
    const { caller, begun } = await userOf(context, "ADMIN");
    const sql = postgres(world.databaseUrl, { max: 1 });
    atEnd(() => sql.end({ timeout: 1 }));
    let doing: Promise<unknown> = Promise.resolve();
    await sql.begin(async (tx) => {
      await tx`update sessions set ended_at = clock_timestamp(), end_reason = 'ended_by_user', end_recorded_at = clock_timestamp() where id = ${caller.actor.sessionId}`;
      doing = act(caller, of, { secret: begun.proof });
      expect(await Promise.race([doing, sleep(300, "waits")])).toBe("waits");
    });
    expect(await doing).toMatchObject({ failure: "unauthenticated" });
  });

  // Sessions may end behind an answer of 503: their end is committed, and whoever asks again finishes it (DESIGN 4).
  test.skipIf(what.startsWith("ending"))("is not done behind an answer that says it was not", async () => {
    const of = await meant(what);
    const { caller, begun } = await userOf(context, "ADMIN");
    const before = await state(of);
    const late = { ...caller, request: { ...caller.request, answerBy: performance.now() } };
    expect(await act(late, of, { secret: begun.proof })).toEqual({ failure: "unavailable" });
    expect(await state(of)).toEqual(before);
  });
});

test("one session alone, and a count of many, ask for none", async () => {
  const { userId, ids } = await meant();
  const { caller } = await userOf(context, "SUPPORT");
  const ender = await holding(caller, "sessions.end");
  expect(good(await endMatchingSessions(ender, { userId, dryRun: true }, { secret: null }))).toMatchObject({ matched: 2, ended: 0 });
  expect(good(await endSelectedSessions(ender, ids.slice(1), { secret: null }))).toEqual({ ended: 1 });
});

test("administrators who do it to each other at once do not stand in each other's way", async () => {
  for (let round = 0; round < rounds(30); round++) {
    const [one, two] = [await userOf(context, "ADMIN"), await userOf(context, "ADMIN")];
    const [first, second] = [await holding(one.caller, "users.manage"), await holding(two.caller, "users.manage")];
    const [ender, resetter] = [await holding(one.caller, "sessions.end"), await holding(two.caller, "factors.reset")];
    const done = await Promise.all([
      updateUser(first, two.userId, { disabled: true }, PROVEN),
      updateUser(second, one.userId, { disabled: true }, PROVEN),
      endMatchingSessions(ender, { userId: two.userId, dryRun: false }, PROVEN),
      resetFactors(resetter, one.userId, PROVEN),
    ]);
    // Whoever is disabled first does nothing more; nothing waits for the other for ever.
    const { ok = 0, unauthenticated = 0, forbidden = 0 } = tally(done);
    expect(ok + unauthenticated + forbidden, JSON.stringify(done)).toBe(4);
    expect(ok).toBeGreaterThan(0);
  }
});
