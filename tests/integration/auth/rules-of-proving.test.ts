import { setTimeout as sleep } from "node:timers/promises";
import { eq } from "drizzle-orm";
import postgres from "postgres";
import { beforeAll, describe, expect, test } from "vitest";
import { events, sessions } from "@/db/schema";
import { changePassword } from "@/lib/auth/change-password";
import { goBack } from "@/lib/auth/go-back";
import { prepareMail } from "@/lib/auth/prepare-mail";
import { resetPassword } from "@/lib/auth/reset-password";
import { signIn } from "@/lib/auth/sign-in";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { doDueJobs } from "@/lib/jobs/do-due-jobs";
import { mailQueue } from "@/lib/mail/mail-queue";
import { endSession } from "@/lib/sessions/end-session";
import { query } from "@/scripts/servers/query";
import { openTestWorld, type TestWorld } from "@/tests/support/context";
import { trust } from "@/tests/support/sessions";
import { atEnd } from "@/tests/support/stop-everything";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { newBrowser, PASSWORD, tally, visitor } from "./account";
import { newestMail, provenAccount, tokenIn } from "./proving";

const NEXT = "eleven green ladders";
const BACK = /\/not-me\?/;
let world: TestWorld;
let context: Context;
let inbox: TestMail;

beforeAll(async () => {
  inbox = await startTestMail();
  world = await openTestWorld({ HASH_THREADS: "2", ...inbox.env });
  context = world.context;
  await trust(context);
});

/** Somebody who is stopped where they `wait`, until let go. */
function stop(): { arrived: Promise<void>; wait: () => Promise<void>; letGo: () => void } {
  let letGo = () => {};
  let arrive = () => {};
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  return { arrived, letGo, wait: () => (arrive(), gate) };
}

/** Resolves when `work` waits for somebody's lock, or is done without. */
async function waitsOrEnds(work: Promise<unknown>): Promise<void> {
  let over = false;
  void work.finally(() => (over = true)).catch(() => {});
  while (!over && (await query(world.databaseUrl, "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")).length === 0) await sleep(10);
}

const changed = { currentPassword: PASSWORD, newPassword: NEXT };
const opens = async (email: string, password: string) => tally([await signIn(visitor(context), { email, password }, newBrowser())]).ok === 1;

describe("a change by a session", () => {
  test("waits for whoever ends that session under no lock but the session's own, and comes to nothing", async () => {
    const { email, user } = await provenAccount(context, inbox);
    const sql = postgres(world.databaseUrl, { max: 1 });
    atEnd(() => sql.end({ timeout: 1 }));
    const { arrived, wait, letGo } = stop();
    const ending = sql.begin(async (tx) => {
      await tx`update sessions set ended_at = clock_timestamp(), end_reason = 'expired', end_recorded_at = clock_timestamp() where id = ${user.actor.sessionId}`;
      await wait();
    });
    await arrived;
    const changing = changePassword(user, changed);
    await waitsOrEnds(changing);
    letGo();
    await ending;
    expect(await changing).toMatchObject({ failure: "unauthenticated" });
    expect(await opens(email, NEXT)).toBe(false);
  });

  test("that waited behind the end of its session does not go by what it saw before it waited", async () => {
    const { email, user } = await provenAccount(context, inbox);
    const { arrived, wait, letGo } = stop();
    const ending = endSession(user, user.actor.sessionId, "signed_out", wait);
    await arrived;
    const changing = changePassword(user, changed);
    await waitsOrEnds(changing);
    letGo();
    expect(await ending).not.toHaveProperty("failure");
    expect(await changing).toMatchObject({ failure: "unauthenticated" });
    expect(await opens(email, NEXT)).toBe(false);
  });
});

test("a sign-in goes by the counter that was read with the hash, not by one read after it was compared", async () => {
  const { email, user } = await provenAccount(context, inbox);
  const { arrived, wait, letGo } = stop();
  const redis = new Proxy(context.redis, {
    get(target, name) {
      if (name !== "ask") return Reflect.get(target, name) as unknown;
      return async (send: Parameters<typeof target.ask>[0]) => {
        await wait();
        return target.ask(send);
      };
    },
  });
  const signingIn = signIn({ ...visitor(context), redis }, { email, password: PASSWORD }, newBrowser());
  await arrived;
  expect(await changePassword(user, changed)).toBeUndefined();
  letGo();
  expect(await signingIn).toMatchObject({ failure: "invalid_credentials" });
});

test("a link that is made while somebody goes back further dies with the others", async () => {
  const { email } = await provenAccount(context, inbox);
  await signIn(visitor(context), { email, password: PASSWORD }, newBrowser());
  const older = tokenIn(await newestMail(context, inbox, email, BACK), "not-me");
  await signIn(visitor(context), { email, password: PASSWORD }, newBrowser());
  const { arrived, wait, letGo } = stop();
  const sending = doDueJobs(context, mailQueue(async (tx, mail) => {
    const prepared = await prepareMail(tx, mail);
    await wait();
    return prepared;
  }));
  await arrived;
  const going = goBack(visitor(context), { token: older });
  await waitsOrEnds(going);
  letGo();
  await sending;
  expect(await going).toHaveProperty("ended");
  const made = tokenIn(await newestMail(context, inbox, email, BACK), "not-me");
  expect(made).not.toBe(older);
  expect(await goBack(visitor(context), { token: made })).toMatchObject({ failure: "link_over" });
});

test("a link that is opened where somebody else is signed in does nothing of theirs: no event is theirs, and no session ended from theirs", async () => {
  const { email, user } = await provenAccount(context, inbox);
  const { user: other } = await provenAccount(context, inbox);
  expect(await opens(email, PASSWORD)).toBe(true);
  const back = await goBack({ ...visitor(context), actor: other.actor }, { token: tokenIn(await newestMail(context, inbox, email, BACK), "not-me") });
  if (isFailure(back) || !back.reset) throw new Error("no way to a new password");
  expect(await resetPassword({ ...visitor(context), actor: other.actor }, { token: back.reset, newPassword: NEXT })).toBeUndefined();
  const { userId } = user.actor;
  const told = await context.db.select({ type: events.type, by: events.actorUserId, from: events.sessionId }).from(events).where(eq(events.userId, userId));
  expect(told.map(({ type }) => type)).toEqual(expect.arrayContaining(["sign_in.not_me", "password.reset", "session.ended"]));
  expect(told.filter(({ by, from }) => by === other.actor.userId || from === other.actor.sessionId)).toEqual([]);
  const ended = await context.db.select({ by: sessions.endedBySessionId }).from(sessions).where(eq(sessions.userId, userId));
  expect(ended).toEqual([{ by: null }, { by: null }]);
});
