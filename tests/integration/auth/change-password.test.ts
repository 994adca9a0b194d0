import { beforeAll, describe, expect, test } from "vitest";
import { changePassword } from "@/lib/auth/change-password";
import { signIn } from "@/lib/auth/sign-in";
import { isBegunAttempt } from "@/lib/auth/complete-sign-in";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { authenticate } from "@/lib/sessions/authenticate";
import { openTestWorld, type TestWorld } from "@/tests/support/context";
import { begin, ownerOf, trust } from "@/tests/support/sessions";
import { query } from "@/scripts/servers/query";
import { newAccount, newBrowser, PASSWORD, tally, visitor } from "./account";

const NEXT = "eleven green ladders";
let world: TestWorld;
let context: Context;

beforeAll(async () => {
  world = await openTestWorld({ HASH_THREADS: "2" });
  context = world.context;
  await trust(context);
});

describe("changing the password", () => {
  test("ends every other session for good, keeps this one, and only the new password opens", async () => {
    const { email, begun, user } = await newAccount(context);
    const elsewhere = await signIn(visitor(context), { email, password: PASSWORD }, newBrowser());
    if (isFailure(elsewhere) || isBegunAttempt(elsewhere)) throw new Error("not signed in");
    expect(await changePassword(user, { currentPassword: PASSWORD, newPassword: NEXT })).toBeUndefined();
    expect(await authenticate(context, elsewhere.credential, { use: true })).toMatchObject({ state: "anonymous", ended: { reason: "password_changed" } });
    expect(await authenticate(context, begun.credential, { use: true })).toMatchObject({ state: "authenticated" });
    expect(tally([await signIn(visitor(context), { email, password: PASSWORD }, newBrowser())])).toEqual({ invalid_credentials: 1 });
    expect(tally([await signIn(visitor(context), { email, password: NEXT }, newBrowser())])).toEqual({ ok: 1 });
    const events = await query(world.databaseUrl, "select session_id from events where type = 'password.changed' and user_id = $1", [begun.user.id]);
    expect(events).toEqual([{ session_id: begun.session.id }]);
  });

  test("a wrong current password or a weak new one changes nothing", async () => {
    const { email, user } = await newAccount(context);
    expect(await changePassword(user, { currentPassword: "wrong", newPassword: NEXT })).toMatchObject({ failure: "invalid_credentials" });
    expect(await changePassword(user, { currentPassword: PASSWORD, newPassword: "short" })).toMatchObject({ failure: "invalid_input", errors: [{ path: "newPassword" }] });
    expect(tally([await signIn(visitor(context), { email, password: PASSWORD }, newBrowser())])).toEqual({ ok: 1 });
  });

  test("without Redis it is changed and says so: who tried again would be told that the current one is wrong", async () => {
    const { email, user } = await newAccount(context);
    expect(tally([await signIn(visitor(context), { email, password: PASSWORD }, newBrowser())])).toEqual({ ok: 1 });
    world.redis.freeze();
    const outcome = await changePassword(user, { currentPassword: PASSWORD, newPassword: NEXT });
    world.redis.thaw();
    expect(outcome).toMatchObject({ failure: "unavailable", detail: expect.stringContaining("Your password is changed.") });
    await expect.poll(() => trust(context).then(() => true, () => false), { timeout: 10_000 }).toBe(true);
    expect(tally([await signIn(visitor(context), { email, password: NEXT }, newBrowser())])).toEqual({ ok: 1 });
  });

  test("a borrowed session has ten guesses, whatever the number at once", async () => {
    const { user } = await newAccount(context);
    const results = await Promise.all(Array.from({ length: 40 }, () => changePassword(user, { currentPassword: "wrong", newPassword: NEXT })));
    expect(tally(results)).toEqual({ invalid_credentials: 10, rate_limited: 30 });
  });

  test("all of an account's sessions together have thirty, and another account's are its own", async () => {
    const { user, begun } = await newAccount(context);
    const borrowed = await Promise.all(Array.from({ length: 4 }, async () => ({ ...user, actor: ownerOf(context, await begin(context, begun.user.id)).actor })));
    const outcomes = [];
    for (const from of borrowed) outcomes.push(...(await Promise.all(Array.from({ length: 10 }, () => changePassword(from, { currentPassword: "wrong", newPassword: NEXT })))));
    expect(tally(outcomes)).toEqual({ invalid_credentials: 30, rate_limited: 10 });
    expect(tally(outcomes.slice(30)), "the fourth session has none left").toEqual({ rate_limited: 10 });
    expect(await changePassword(user, { currentPassword: PASSWORD, newPassword: NEXT })).toMatchObject({ failure: "rate_limited" });
    const other = await newAccount(context);
    expect(tally([await changePassword(other.user, { currentPassword: "wrong", newPassword: NEXT })])).toEqual({ invalid_credentials: 1 });
    expect(begun.user.id).not.toBe(other.begun.user.id);
  });

  test("of two changes at once one holds, and a sign-in with the old password that is under way is let go by", async () => {
    const { email, user, begun } = await newAccount(context);
    const others = Array.from({ length: 4 }, () => signIn(visitor(context), { email, password: PASSWORD }, newBrowser()));
    const changes = [NEXT, "twelve purple anvils"].map((newPassword) => changePassword(user, { currentPassword: PASSWORD, newPassword }));
    const outcomes = await Promise.all(changes);
    expect(tally(outcomes)).toEqual({ ok: 1, invalid_credentials: 1 });
    await Promise.all(others);
    const open = await query(world.databaseUrl, "select id from sessions where user_id = $1 and ended_at is null", [begun.user.id]);
    expect(open, "nobody who knew only the old password is signed in").toEqual([{ id: begun.session.id }]);
  });
});
