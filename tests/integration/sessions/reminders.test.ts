import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import type { Context } from "@/lib/core/context";
import { endSession } from "@/lib/sessions/end-session";
import { endingSessions } from "@/lib/sessions/ledger/ending-sessions";
import { remindOfEnds } from "@/lib/sessions/remind-of-ends";
import { updatePreferences } from "@/lib/auth/update-preferences";
import { systemContext } from "@/lib/platform/system-context";
import type { Begun } from "@/lib/sessions/begin-session";
import { query } from "@/scripts/servers/query";
import { sendAll } from "@/tests/integration/auth/proving";
import { openTestServices, openTestWorld, type TestWorld } from "@/tests/support/context";
import { rounds } from "@/tests/support/rounds";
import { begin, makeUser, ownerOf, trust } from "@/tests/support/sessions";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";

const DAY_SECONDS = 86_400;

let inbox: TestMail;
let world: TestWorld;
/** Two processes. */
let context: Context;
let other: Context;

beforeAll(async () => {
  inbox = await startTestMail();
  const env = { MAX_CONCURRENT_SESSIONS: "100", ...inbox.env };
  world = await openTestWorld(env);
  context = world.context;
  other = systemContext(await openTestServices({ DATABASE_URL: world.databaseUrl, REDIS_URL: world.redis.url, ...env }));
  for (const process of [context, other]) await trust(process);
});

async function owner(): Promise<string> {
  const userId = await makeUser(context);
  await query(world.databaseUrl, "update users set email_verified = true where id = $1", [userId]);
  return userId;
}

/** A session that was kept signed in, so many days before its absolute end; used as long ago as Redis and the ledger are told. */
async function ending(userId: string, days: { left?: number; life?: number; used?: number; noted?: number } = {}): Promise<Begun> {
  const { left = 2, life = 90, used = 1, noted = used } = days;
  const begun = await begin(context, userId, { remember: true });
  const { u, s, t } = begun.credential;
  await query(
    world.databaseUrl,
    `update sessions set absolute_expires_at = statement_timestamp() + $2::float * interval '1 day', created_at = statement_timestamp() + ($2::float - $3::float) * interval '1 day',
       last_seen_at = statement_timestamp() - $4::float * interval '1 day', expires_at = statement_timestamp() - $4::float * interval '1 day' + make_interval(secs => ttl_seconds),
       check_due_at = statement_timestamp() + interval '1 hour' where id = $1`,
    [s, String(left), String(life), String(noted)],
  );
  expect(await world.redis.command("EXPIRE", `session:{${u}}:${s}`, String(Math.round(t - used * DAY_SECONDS)))).toBe(1);
  return begun;
}

async function told(userId: string): Promise<{ mails: number; dropped: number; marked: number }> {
  const [row] = await query(world.databaseUrl, `select (select count(*) from outgoing_mails where user_id = $1 and kind = 'session_ending') as mails,
    (select count(*) from outgoing_mails where user_id = $1 and dropped_at is not null) as dropped, (select count(*) from sessions where user_id = $1 and reminded_at is not null) as marked`, [userId]);
  return { mails: Number(row?.mails), dropped: Number(row?.dropped), marked: Number(row?.marked) };
}

async function mailsTo(userId: string) {
  await sendAll(context);
  return (await inbox.mails(`${userId}@example.org`)).filter(({ subject }) => subject.startsWith("You will be signed out soon"));
}

test("it is said once, by mail: of which device, when it began and when it ends", async () => {
  const userId = await owner();
  const { credential } = await ending(userId);
  const [row] = await query(world.databaseUrl, "update devices set given_name = 'Kitchen iPad' where user_id = $1 returning (select absolute_expires_at from sessions where id = $2) as end", [userId, credential.s]);
  await remindOfEnds(context);
  expect(await told(userId)).toEqual({ mails: 1, dropped: 0, marked: 1 });
  const [mail, ...more] = await mailsTo(userId);
  expect(more).toEqual([]);
  expect(mail?.text).toMatch(/Device:? +Kitchen iPad/);
  const [, day, time] = /Ends:? +(\d+ \w+ \d{4}), (\d\d:\d\d) UTC/.exec(mail?.text ?? "") ?? [];
  expect(new Date(`${day} ${time} UTC`).getTime()).toBe(Math.floor(new Date(String(row?.end)).getTime() / 60_000) * 60_000);
  expect(mail?.text).not.toContain("more of your sessions");
  await remindOfEnds(context);
  expect(await mailsTo(userId)).toHaveLength(1);
});

test("two processes that look at once, again and again, tell each account once", async () => {
  for (let round = 0; round < rounds(30); round++) {
    const owners = await Promise.all(Array.from({ length: 10 }, owner));
    for (const userId of owners) await ending(userId);
    await Promise.all([context, other, context, other, context, other].map(remindOfEnds));
    for (const userId of owners) expect(await told(userId), `round ${round}`).toEqual({ mails: 1, dropped: 0, marked: 1 });
  }
}, 120_000);

test("another session that comes up while they are told makes no second mail of the day", async () => {
  for (let round = 0; round < rounds(30); round++) {
    const owners = await Promise.all(Array.from({ length: 10 }, owner));
    for (const userId of owners) {
      await ending(userId);
      await ending(userId, { left: 3.5 });
    }
    const comesUp = () => query(world.databaseUrl, "update sessions set absolute_expires_at = absolute_expires_at - interval '1 day' where user_id = any(string_to_array($1, ',')::uuid[]) and absolute_expires_at > clock_timestamp() + interval '3 days'", [owners.join(",")]);
    await Promise.all([remindOfEnds(context), remindOfEnds(context), comesUp().then(() => remindOfEnds(other))]);
    for (const userId of owners) expect((await told(userId)).mails, `round ${round}`).toBe(1);
  }
}, 240_000);

describe("nobody is told", () => {
  const disabled = "update users set disabled_at = clock_timestamp() where id = $1";
  const unproven = "update users set email_verified = false where id = $1";
  const ended = "update sessions set ended_at = clock_timestamp(), end_reason = 'signed_out', end_recorded_at = clock_timestamp() where user_id = $1";
  test.each([
    ["whose session has more than three days", { left: 3.1 }, null],
    ["whose session was last used more than seven days ago", { used: 7.1 }, null],
    ["whose session was to live a week from the beginning", { life: 7 }, null],
    ["whose session is past its end", { left: -0.01 }, null],
    ["whose session has ended", {}, ended],
    ["whose account is disabled", {}, disabled],
    ["whose address nobody proved", {}, unproven],
    ["who switched it off", {}, "update users set remind_of_ends = false where id = $1"],
  ] as const)("%s", async (_who, session, then) => {
    const [userId, control] = [await owner(), await owner()];
    await ending(userId, session);
    await ending(control, { left: 2.9, used: 6.9, life: 7.1 });
    if (then) await query(world.databaseUrl, then, [userId]);
    await remindOfEnds(context);
    expect(await told(userId)).toEqual({ mails: 0, dropped: 0, marked: 0 });
    expect(await told(control)).toMatchObject({ mails: 1, marked: 1 });
  });
});

test("what counts as used is what Redis knows: the ledger may be half of thirty days behind", async () => {
  const userId = await owner();
  await ending(userId, { used: 0.1, noted: 14 });
  await remindOfEnds(context);
  expect(await told(userId)).toMatchObject({ mails: 1 });
});

test("sessions that end together are one mail; one that comes to it later waits until a day has passed", async () => {
  const userId = await owner();
  for (let left = 2.9; left > 1; left -= 0.25) await ending(userId, { left });
  await remindOfEnds(context);
  expect(await told(userId)).toEqual({ mails: 1, dropped: 0, marked: 8 });
  const [mail] = await mailsTo(userId);
  expect(mail?.text).toContain("7 more of your sessions end within days of it.");
  await ending(userId, { left: 2.9 });
  await remindOfEnds(context);
  expect(await told(userId)).toMatchObject({ mails: 1, marked: 8 });
  await query(world.databaseUrl, "update outgoing_mails set created_at = created_at - interval '1 day' where user_id = $1", [userId]);
  await remindOfEnds(context);
  expect(await told(userId)).toMatchObject({ mails: 2, marked: 9 });
});

describe("what became untrue before the mail is made is not told", () => {
  test.each([
    ["it was ended", (begun: Begun) => endSession(ownerOf(context, begun), begun.credential.s)],
    ["its owner wants no reminders any more", (begun: Begun) => updatePreferences(ownerOf(context, begun), { remindOfEnds: false }, { secret: null })],
    ["the account was disabled", ({ credential }: Begun) => query(world.databaseUrl, "update users set disabled_at = clock_timestamp() where id = $1", [credential.u])],
  ])("%s", async (_what, meanwhile) => {
    const userId = await owner();
    const begun = await ending(userId);
    await remindOfEnds(context);
    await meanwhile(begun);
    expect(await mailsTo(userId)).toEqual([]);
    expect(await told(userId)).toMatchObject({ mails: 1, dropped: 1 });
  });

  test("one of two was ended: the mail tells of the other", async () => {
    const userId = await owner();
    const first = await ending(userId, { left: 1 });
    const second = await ending(userId, { left: 2 });
    await query(world.databaseUrl, "update devices set given_name = 'The other' where id = (select device_id from sessions where id = $1)", [second.credential.s]);
    await remindOfEnds(context);
    await endSession(ownerOf(context, second), first.credential.s);
    const [mail] = await mailsTo(userId);
    expect(mail?.text).toMatch(/Device:? +The other/);
    expect(mail?.text).not.toContain("more of your sessions");
  });
});

test("who fails between marking and queueing has done neither, and the next pass does both", async () => {
  const userId = await owner();
  await ending(userId);
  await query(world.databaseUrl, "alter table outgoing_mails add constraint fault check (kind <> 'session_ending') not valid");
  await expect(remindOfEnds(context)).rejects.toThrow();
  await query(world.databaseUrl, "alter table outgoing_mails drop constraint fault");
  expect(await told(userId)).toEqual({ mails: 0, dropped: 0, marked: 0 });
  await remindOfEnds(other);
  expect(await told(userId)).toEqual({ mails: 1, dropped: 0, marked: 1 });
});

test("looking reads an index of those that end soon, and not the sessions", async () => {
  const { credential } = await ending(await owner());
  await query(
    world.databaseUrl,
    `insert into sessions select (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(), 'absolute_expires_at', clock_timestamp() + n * interval '1 hour'))).*
       from sessions s, generate_series(100, 20100) n where s.id = $1`,
    [credential.s],
  );
  await query(world.databaseUrl, "vacuum analyze sessions, users");
  const plan = await context.db.execute<{ "QUERY PLAN": string }>(sql`explain (analyze, timing off, summary off) ${endingSessions(context, 1_000, null)}`);
  const lines = plan.map((line) => line["QUERY PLAN"]);
  expect(lines.join("\n")).not.toContain("Seq Scan on sessions");
  const scan = lines.find((line) => line.includes("sessions_ending_idx"));
  const found = Number(/actual rows=([\d.]+)/.exec(scan ?? "")?.[1]);
  expect(found).toBeGreaterThan(0);
  // Of more than 20,000: what the tests above left due, with rows that a vacuum could not take away yet.
  expect(found).toBeLessThan(1_000);
}, 60_000);
