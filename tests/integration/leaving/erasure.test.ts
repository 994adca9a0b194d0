import { and, asc, desc, eq, isNull, ne, or, sql } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { accountDeletions, events, exports, users } from "@/db/schema";
import { endAnySession } from "@/lib/admin/end-any-session";
import { endSelectedSessions } from "@/lib/admin/end-selected-sessions";
import { bulkEvent, endMatchingSessions } from "@/lib/admin/end-matching-sessions";
import { updateUser } from "@/lib/admin/update-user";
import { askForReset } from "@/lib/auth/ask-for-reset";
import { beginEmailChange } from "@/lib/auth/begin-email-change";
import { isBegunAttempt } from "@/lib/auth/complete-sign-in";
import { proveAttempt } from "@/lib/auth/prove-attempt";
import { signIn } from "@/lib/auth/sign-in";
import { signUp } from "@/lib/auth/sign-up";
import { uploadAvatar } from "@/lib/avatars/upload-avatar";
import type { Context, UserContext } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { renameDevice } from "@/lib/devices/rename-device";
import { recordEvents } from "@/lib/events/record-events";
import { rollUp } from "@/lib/insights/roll-up";
import { doDueJobs } from "@/lib/jobs/do-due-jobs";
import { askForDeletion } from "@/lib/leaving/ask-for-deletion";
import { askForExport } from "@/lib/leaving/ask-for-export";
import { erasureQueue } from "@/lib/leaving/erasure-queue";
import { authenticate } from "@/lib/sessions/authenticate";
import { updateProfile } from "@/lib/users/update-profile";
import { query } from "@/scripts/servers/query";
import { newBrowser, PASSWORD, tally } from "@/tests/integration/auth/account";
import { good, withTotp } from "@/tests/integration/auth/factors";
import { addPasskey } from "@/tests/integration/auth/passkey-account";
import { codeIn, newestMail, sendAll } from "@/tests/integration/auth/proving";
import { holding, PROVEN, userOf } from "@/tests/support/administrators";
import { contextOf, openTestWorld, type TestWorld } from "@/tests/support/context";
import { eraseDue } from "@/tests/support/erasing";
import { fillEverything, findMarks } from "@/tests/support/marks";
import { photo } from "@/tests/support/pictures";
import { trust } from "@/tests/support/sessions";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { madeExport } from "./exporting";

const NAME = "Quillon Marquesa";
const LOCAL = "quillon.marquesa";
const AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0 MarkedBrowser/7";
const ADDRESS = "203.0.113.77";
const HERS = [NAME, LOCAL, "MarkedBrowser", ADDRESS, "Quillon's kitchen", "Quillon's key", "marquesa-phone", "Quilla Before"];

let world: TestWorld;
let context: Context;
let inbox: TestMail;
let admin: UserContext;

beforeAll(async () => {
  inbox = await startTestMail();
  world = await openTestWorld({ ...inbox.env, HASH_THREADS: "2", ACCOUNT_DELETION_DAYS: "0", MAX_CONCURRENT_SESSIONS: "20" });
  context = world.context;
  await trust(context);
  admin = (await userOf(context, "ADMIN")).caller;
});

const hers = (more: Parameters<typeof contextOf>[1] = {}) => contextOf(context, { address: ADDRESS, userAgent: AGENT, ...more });

/** Does as herself everything that a person can, and lets happen to her what can. */
async function liveALife(): Promise<UserContext> {
  const [before, after] = [`${LOCAL}+before@example.org`, `${LOCAL}@example.org`];
  const browser = newBrowser();
  const asked = good(await signUp(hers(), { email: before, password: PASSWORD, name: "Quilla Before" }, browser));
  if (!isBegunAttempt(asked)) throw new Error("signed in at once");
  const proven = good(await proveAttempt(hers(), asked.credential, { method: "email_code", code: codeIn(await newestMail(context, inbox, before)) }, browser));
  if (!("begun" in proven)) throw new Error("more is asked");
  const { begun } = proven;
  const user: UserContext = { ...hers(), actor: { kind: "user", userId: begun.user.id, sessionId: begun.session.id } };
  const change = good(await beginEmailChange(user, { email: after }, "browser", { secret: begun.proof }));
  good(await proveAttempt(user, change.credential, { method: "email_code", code: codeIn(await newestMail(context, inbox, after)) }, browser));
  good(await updateProfile(user, { name: NAME }));
  good(await renameDevice(user, begun.session.device.id, { name: "Quillon's kitchen" }));
  good(await uploadAvatar(user, await photo(300, 300).jpeg().toBuffer()));
  await madeExport(user, begun.proof);
  const phone = good(await signIn(hers(), { email: after, password: PASSWORD, client: "native", device: { name: "marquesa-phone", platform: "iOS" } }, newBrowser()));
  if (isBegunAttempt(phone)) throw new Error("more is asked");
  await addPasskey(user, begun.proof);
  await context.db.execute(sql`update passkeys set name = 'Quillon''s key' where user_id = ${user.actor.userId}`);
  await withTotp(user, begun.proof);
  // A stranger who knows her address, and she herself half in.
  await signIn(contextOf(context, { address: "198.51.100.9" }), { email: after, password: "is it this one perhaps" }, newBrowser());
  await signUp(contextOf(context, { address: "198.51.100.9" }), { email: after, password: PASSWORD, name: "Somebody" }, newBrowser());
  await askForReset(hers(), after, null);
  good(await signIn(hers(), { email: after, password: PASSWORD }, browser));
  const ender = await holding(admin, "sessions.end");
  good(await endAnySession(ender, phone.session.id, `as ${NAME} asked by telephone`));
  // By how her address begins, and with a note alone.
  await endMatchingSessions(ender, { q: LOCAL, dryRun: false }, PROVEN);
  await recordEvents(admin, [bulkEvent(ender, { bulk: newId(), filter: { country: "ZZ" }, note: `${NAME} again` })]);
  await sendAll(context);
  // Signed in anew, for the last time.
  const last = good(await signIn(hers(), { email: after, password: PASSWORD }, newBrowser()));
  if (!isBegunAttempt(last)) throw new Error("no second step is asked");
  return user;
}

test("nothing of an erased account is left anywhere, and of others nothing is gone", { timeout: 120_000 }, async () => {
  const other = await userOf(context, "USER");
  const lively = await liveALife();
  const filled = newId();
  const tables = await fillEverything(world, filled, "Quillon Marquesa", ADDRESS);
  expect(tables).toEqual(expect.arrayContaining(["users", "sessions", "events", "devices", "addresses", "attempts", "outgoing_mails", "approvals", "refresh_tokens", "exports", "avatar_deletions"]));
  const about = or(eq(events.userId, lively.actor.userId), eq(events.userId, filled));
  const happened = await context.db.select({ id: events.id, type: events.type, at: events.at, actor: events.actor }).from(events).where(about).orderBy(asc(events.id));
  const others = () => context.db.select().from(events).where(eq(events.userId, other.userId)).orderBy(asc(events.id));
  const [othersEvents, othersRows] = [await others(), await rowsOf(other.userId)];
  // She has passed everywhere: else nothing would be shown by her being gone.
  const marks = [...HERS, lively.actor.userId, filled];
  const before = await findMarks(world, marks);
  for (const mark of marks) expect(before.join("\n")).toContain(mark.toLowerCase());
  for (const table of tables) expect(before.join("\n"), table).toContain(`table ${table}:`);
  expect(before.filter((place) => place.startsWith("object")).length).toBeGreaterThan(3);
  expect(before.filter((place) => place.startsWith("key")).length).toBeGreaterThan(1);

  await context.db.update(users).set({ deletionDueAt: new Date(Date.now() - 1000) }).where(eq(users.id, lively.actor.userId));
  await context.db.insert(accountDeletions).values({ userId: lively.actor.userId, askedBy: "user", dueAt: new Date(Date.now() - 1000) });
  await eraseDue(context);
  // As each process does every ten seconds: the figures of today name no browser any more that is gone.
  await rollUp(context);
  expect(await findMarks(world, marks)).toEqual([]);
  expect(await context.db.select().from(accountDeletions)).toEqual([]);

  // What happened stays, of this kind and at this time; who did it, where that was an administrator.
  const stays = await context.db.select().from(events).where(sql`${events.id} in ${happened.map(({ id }) => id)}`).orderBy(asc(events.id));
  expect(stays.map(({ id, type, at, actor }) => ({ id, type, at, actor }))).toEqual(happened);
  for (const event of stays) expect(event).toMatchObject({ userId: null, sessionId: null, deviceId: null, address: null, country: null, city: null });
  expect(stays.find(({ type, actor }) => type === "session.ended" && actor === "admin")).toMatchObject({ actorUserId: admin.actor.userId, detail: { reason: "ended_by_admin" } });
  expect(stays.find(({ type }) => type === "avatar.uploaded")?.detail).toMatchObject({ bytes: expect.any(Number) });
  expect(await others()).toEqual(othersEvents);
  expect(await rowsOf(other.userId)).toEqual(othersRows);
  expect((await authenticate(contextOf(context), other.begun.credential, { use: true })).state).toBe("authenticated");
  // The address is free again.
  expect(isFailure(await signUp(hers(), { email: `${LOCAL}@example.org`, password: PASSWORD, name: "Somebody else" }, newBrowser()))).toBe(false);
});

async function rowsOf(userId: string): Promise<unknown[]> {
  return Promise.all(["users u where u.id", "sessions u where user_id", "devices u where user_id", "addresses u where user_id"].map((what) => query(world.databaseUrl, `select u::text from ${what} = $1 order by 1`, [userId])));
}

test("what an erased administrator did to others stays, done by nobody who is known", async () => {
  const leaver = await userOf(context, "ADMIN");
  const other = await userOf(context, "USER");
  good(await updateUser(await holding(leaver.caller, "users.manage"), other.userId, { role: "SUPPORT" }, PROVEN));
  good(await askForDeletion(leaver.caller, { secret: leaver.begun.proof }));
  await eraseDue(context);
  expect(await context.db.select().from(events).where(and(eq(events.userId, other.userId), eq(events.type, "role.changed")))).toMatchObject([
    { actor: "admin", actorUserId: null, sessionId: null, address: null, detail: { role: { from: "USER", to: "SUPPORT" } } },
  ]);
  expect(await findMarks(world, [leaver.userId])).toEqual([]);
});

test("a name takes nothing off what administrators did but what they said of its bearer", async () => {
  const { caller, begun, userId } = await userOf(context, "USER");
  good(await updateProfile(caller, { name: "Filter" }));
  const ender = await holding(admin, "sessions.end");
  const about = { matched: 3, users: 2, what: "sessions" };
  await recordEvents(admin, [
    bulkEvent(ender, { bulk: "a", filter: { q: "somebody else", ip: "192.0.2.0/24" }, note: "a stolen laptop", ...about }),
    bulkEvent(ender, { bulk: "b", filter: { q: "filt", country: "DE" }, note: "asked by telephone", ...about }),
    bulkEvent(ender, { bulk: "c", filter: { userId, country: "DE" }, note: "for Mr Filter", ...about }),
    { userId: null, type: "export.made", actor: "admin", detail: { what: "audit", format: "csv", userId, from: "2026-01-01T00:00:00.000Z" } },
  ]);
  good(await askForDeletion(caller, { secret: begun.proof }));
  await eraseDue(context);
  const left = await context.db.select({ detail: events.detail }).from(events).where(and(isNull(events.userId), eq(events.actorUserId, admin.actor.userId))).orderBy(desc(events.at), desc(events.id)).limit(4);
  expect(left.map(({ detail }) => detail).toReversed()).toEqual([
    { bulk: "a", filter: { q: "somebody else", ip: "192.0.2.0/24" }, note: "a stolen laptop", ...about },
    { bulk: "b", filter: { country: "DE" }, note: "asked by telephone", ...about },
    { bulk: "c", filter: { country: "DE" }, ...about },
    { what: "audit", format: "csv", from: "2026-01-01T00:00:00.000Z" },
  ]);
});

test("what was noted of somebody with the ends of others' sessions goes too, and the address that they were there from; nothing else of it", async () => {
  const { caller, begun, userId } = await userOf(context, "USER");
  good(await updateProfile(caller, { name: "Ottoline Vane" }));
  await context.db.execute(sql`insert into addresses (id, user_id, address) values (gen_random_uuid(), ${userId}, '203.0.113.99'), (gen_random_uuid(), ${userId}, '2001:db8::7')`);
  const ender = await holding(admin, "sessions.end");
  const others = await Promise.all([1, 2, 3, 4].map(() => userOf(context, "USER")));
  const ids = others.map(({ begun }) => begun.session.id) as [string, string, string, string];
  good(await endAnySession(ender, ids[0], "Ottoline Vane said it is hers"));
  good(await endAnySession(ender, ids[1], "asked by telephone"));
  good(await endSelectedSessions(ender, [ids[2], ids[3]], PROVEN, "all that OTTOLINE VANE opened"));
  const networks = ["203.0.113.99", "203.0.113.0/24", "2001:db8::7/128", "203.0.113.9"];
  const about = { matched: 1, users: 1 };
  await recordEvents(admin, networks.map((ip, bulk) => bulkEvent(ender, { bulk: `${bulk}`, filter: { ip, country: "DE" }, ...about })));
  good(await askForDeletion(caller, { secret: begun.proof }));
  await eraseDue(context);
  const ends = await context.db.select({ sessionId: events.sessionId, detail: events.detail }).from(events).where(and(eq(events.type, "session.ended"), sql`${events.sessionId} in ${ids}`));
  const noted = (id: string) => ends.find(({ sessionId }) => sessionId === id)?.detail.note;
  expect(ids.map(noted)).toEqual([undefined, "asked by telephone", undefined, undefined]);
  expect(ends.map(({ detail }) => detail.reason)).toEqual(Array.from({ length: 4 }, () => "ended_by_admin"));
  expect(await findMarks(world, ["Ottoline"])).toEqual([]);
  const left = await context.db.select({ detail: events.detail }).from(events).where(sql`${events.detail} #>> '{filter,country}' = 'DE' and ${events.detail} ->> 'bulk' in ('0', '1', '2', '3')`).orderBy(sql`${events.detail} ->> 'bulk'`);
  expect(left.map(({ detail }) => detail.filter)).toEqual([{ country: "DE" }, { ip: networks[1], country: "DE" }, { country: "DE" }, { ip: networks[3], country: "DE" }]);
});

test("notes of many ends are gone through by indexes of their own", async () => {
  await context.db.transaction(async (db) => {
    await db.execute(sql`set local enable_seqscan = off`);
    const plan = async (where: string) => (await db.execute<Record<string, string>>(sql.raw(`explain select id from events where ${where}`))).map((row) => row["QUERY PLAN"]).join("\n");
    expect(await plan(`type = 'session.ended' and detail ? 'note' and not (detail ? 'bulk') and position('x' in detail #>> '{note}') > 0`)).toContain("events_noted_idx");
    expect(await plan(`type = 'session.ended' and detail ? 'note' and (detail ->> 'bulk') in (select detail ->> 'bulk' from events where type = 'sessions.bulk_ended')`)).toContain("events_bulk_idx");
  });
});

test("an account that was kept, or whose time has not come, is not touched", async () => {
  const { userId } = await userOf(context, "USER");
  const later = new Date(Date.now() + 60_000);
  await context.db.update(users).set({ deletionDueAt: later }).where(eq(users.id, userId));
  await context.db.insert(accountDeletions).values({ userId, askedBy: "user", dueAt: new Date(Date.now() - 1000) });
  await doDueJobs(context, erasureQueue);
  const [row] = await context.db.select().from(users).where(eq(users.id, userId));
  expect(row).toMatchObject({ deletionDueAt: later, disabledAt: null, ways: 0 });
  await context.db.delete(accountDeletions).where(eq(accountDeletions.userId, userId));
});

test("a session of it that an older Redis brings back opens nothing", async () => {
  const { caller, begun, userId } = await userOf(context, "USER");
  const snapshot = await world.redis.command("GET", `session:{${userId}}:${begun.session.id}`);
  good(await askForDeletion(caller, { secret: begun.proof }));
  await eraseDue(context);
  expect(await context.db.select().from(users).where(eq(users.id, userId))).toEqual([]);
  await world.redis.command("SET", `session:{${userId}}:${begun.session.id}`, String(snapshot), "EX", "600");
  expect((await authenticate(contextOf(context), begun.credential, { use: true })).state).toBe("anonymous");
});

test("many at once, by many workers: each once, and all of them", async () => {
  const leaving = await Promise.all(Array.from({ length: 6 }, () => userOf(context, "USER")));
  for (const { caller, begun } of leaving) good(await askForDeletion(caller, { secret: begun.proof }));
  await Promise.all(Array.from({ length: 4 }, () => eraseDue(context)));
  expect(await findMarks(world, leaving.map(({ userId }) => userId))).toEqual([]);
  expect(tally(await context.db.select().from(accountDeletions).where(ne(accountDeletions.tries, 0)))).toEqual({});
});

test("an export that is finished beside it is shown to nobody, and its file goes too", async () => {
  const { caller, begun, userId } = await userOf(context, "USER");
  good(await askForExport(caller, { secret: begun.proof }));
  good(await askForDeletion(caller, { secret: begun.proof }));
  let late = 0;
  const storage: Context["storage"] = {
    ...context.storage,
    async deleteBelow(prefix) {
      await context.storage.deleteBelow(prefix);
      if (!prefix.startsWith("exports/") || late++ > 0) return;
      expect(await context.db.select().from(exports).where(eq(exports.userId, userId))).toEqual([]);
      await context.storage.put(`${prefix}${newId()}/late.zip`, Buffer.from("late"), "application/zip");
    },
  };
  await eraseDue({ ...context, storage });
  expect([late, await findMarks(world, [userId])]).toEqual([2, []]);
});

test("an upload that was under way is waited for", async () => {
  const { caller, begun, userId } = await userOf(context, "USER");
  await context.db.execute(sql`insert into avatar_deletions (version, user_id, due_at) values (gen_random_uuid(), ${userId}, now() + interval '1 minute')`);
  good(await askForDeletion(caller, { secret: begun.proof }));
  await eraseDue(context);
  expect((await context.db.select().from(accountDeletions).where(eq(accountDeletions.userId, userId))).length).toBe(1);
  await context.db.execute(sql`update avatar_deletions set due_at = now() where user_id = ${userId}`);
  await context.db.execute(sql`update account_deletions set due_at = now() where user_id = ${userId}`);
  await eraseDue(context);
  expect(await findMarks(world, [userId])).toEqual([]);
});

test("an account whose erasure has begun is opened by nothing, not even when an administrator enables it", async () => {
  const { caller, begun, userId } = await userOf(context, "USER");
  good(await askForDeletion(caller, { secret: begun.proof }));
  const broken: Context = { ...context, storage: { ...context.storage, deleteBelow: () => Promise.reject(new Error("the disk did not do it")) } };
  await eraseDue(broken);
  const [row] = await context.db.select().from(users).where(eq(users.id, userId));
  expect(row).toMatchObject({ passwordHash: null, disabledAt: expect.any(Date) });
  good(await updateUser(await holding(admin, "users.manage"), userId, { disabled: false }, PROVEN));
  await context.db.execute(sql`update account_deletions set due_at = now() where user_id = ${userId}`);
  await eraseDue(context);
  expect(await findMarks(world, [userId])).toEqual([]);
});
