import { eq, sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { users } from "@/db/schema";
import { changePassword } from "@/lib/auth/change-password";
import { isBegunAttempt, completeSignIn } from "@/lib/auth/complete-sign-in";
import { forgetDevice } from "@/lib/auth/forget-device";
import { signIn } from "@/lib/auth/sign-in";
import type { Context, UserContext } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import type { Begun } from "@/lib/sessions/begin-session";
import { endSession } from "@/lib/sessions/end-session";
import { openTestWorld } from "@/tests/support/context";
import { heldBack } from "@/tests/support/held-back";
import { trust } from "@/tests/support/sessions";
import { newAccount, newBrowser, PASSWORD, tally, visitor } from "./account";

const NEXT = "eleven green ladders";
let context: Context;

beforeAll(async () => {
  ({ context } = await openTestWorld({ HASH_THREADS: "2" }));
  await trust(context);
});

async function waysOf(userId: string): Promise<number> {
  const [user] = await context.db.select({ ways: users.ways }).from(users).where(eq(users.id, userId));
  return user?.ways ?? Number.NaN;
}

describe("a change that is held back", () => {
  test("comes to nothing when its session has ended meanwhile, and that was acknowledged", async () => {
    const { email, user, begun } = await newAccount(context);
    const thief = heldBack<UserContext>(user);
    const changing = changePassword(thief.held, { currentPassword: PASSWORD, newPassword: NEXT });
    await thief.waits;
    expect(await endSession(user, begun.session.id)).not.toHaveProperty("failure");
    thief.letGo();
    expect(await changing).toMatchObject({ failure: "unauthenticated" });
    expect(tally([await signIn(visitor(context), { email, password: PASSWORD }, newBrowser())])).toEqual({ ok: 1 });
  });

  test("comes to nothing when another way in was changed since it read what it verified", async () => {
    const { email, user } = await newAccount(context);
    const late = heldBack<UserContext>(user);
    const changing = changePassword(late.held, { currentPassword: PASSWORD, newPassword: "twelve purple anvils" });
    await late.waits;
    expect(await changePassword(user, { currentPassword: PASSWORD, newPassword: NEXT })).toBeUndefined();
    late.letGo();
    expect(await changing).toMatchObject({ failure: "invalid_credentials" });
    expect(tally([await signIn(visitor(context), { email, password: NEXT }, newBrowser())])).toEqual({ ok: 1 });
  });
});

describe("a sign-in that is under way", () => {
  test.each([
    ["the password is changed", (user: UserContext) => changePassword(user, { currentPassword: PASSWORD, newPassword: NEXT })],
    ["a device is forgotten", (user: UserContext, elsewhere: Begun) => forgetDevice(user, elsewhere.session.device.id)],
    ["the account was disabled, and enabled again", (user: UserContext) => context.db.update(users).set({ ways: sql`${users.ways} + 1` }).where(eq(users.id, user.actor.userId))],
  ])("comes to nothing when %s", async (_what, change) => {
    const { email, user, begun } = await newAccount(context);
    const elsewhere = await signIn(visitor(context), { email, password: PASSWORD }, newBrowser());
    if (isFailure(elsewhere) || isBegunAttempt(elsewhere)) throw new Error("not signed in");
    const late = heldBack(visitor(context));
    const signingIn = signIn(late.held, { email, password: PASSWORD }, newBrowser());
    await late.waits;
    await change(user, elsewhere);
    late.letGo();
    expect(await signingIn).toMatchObject({ failure: "invalid_credentials" });
    expect(await waysOf(begun.user.id)).toBe(1);
  });

  test("is not disturbed by another one that renews the hash", async () => {
    const { email, begun } = await newAccount(context);
    const late = heldBack(visitor(context));
    const signingIn = signIn(late.held, { email, password: PASSWORD }, newBrowser());
    await late.waits;
    await context.db.update(users).set({ passwordHash: "$argon2id$v=19$m=19456,t=2,p=1$other$other" }).where(eq(users.id, begun.user.id));
    late.letGo();
    expect(tally([await signingIn])).toEqual({ ok: 1 });
  });
});

test("what was read before a change completes no sign-in after it, by whatever method", async () => {
  const { user, begun } = await newAccount(context);
  const ways = await waysOf(begun.user.id);
  await changePassword(user, { currentPassword: PASSWORD, newPassword: NEXT });
  expect(await completeSignIn(visitor(context), { userId: begun.user.id, ways }, newBrowser(), {})).toMatchObject({ failure: "invalid_credentials" });
  expect(tally([await completeSignIn(visitor(context), { userId: begun.user.id, ways: ways + 1 }, newBrowser(), {})])).toEqual({ ok: 1 });
});
