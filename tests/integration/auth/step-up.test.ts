import { eq, sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { sessions } from "@/db/schema";
import { changePassword } from "@/lib/auth/change-password";
import { proveSession } from "@/lib/auth/prove-session";
import { requireProof } from "@/lib/auth/require-proof";
import { signIn } from "@/lib/auth/sign-in";
import type { Context, UserContext } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { endSession } from "@/lib/sessions/end-session";
import { openTestWorld } from "@/tests/support/context";
import { heldBack } from "@/tests/support/held-back";
import { trust } from "@/tests/support/sessions";
import { newAccount, newBrowser, PASSWORD, tally, visitor } from "./account";

const NEXT = "eleven green ladders";
const NEEDED = { failure: "proof_required", ways: ["password"] };
let context: Context;

beforeAll(async () => {
  ({ context } = await openTestWorld({ HASH_THREADS: "2" }));
  await trust(context);
});

async function proven(user: UserContext): Promise<string> {
  const done = await proveSession(user, { method: "password", password: PASSWORD });
  if (isFailure(done)) throw new Error(done.failure);
  return done.secret;
}

async function age(user: UserContext, minutes: number): Promise<void> {
  await context.db.update(sessions).set({ provenAt: sql`${sessions.provenAt} - make_interval(mins => ${minutes})` }).where(eq(sessions.id, user.actor.sessionId));
}

describe("a proof", () => {
  test("is what a sign-in that was just made leaves with its browser, and nobody has who has only its session", async () => {
    const { user, begun } = await newAccount(context);
    expect(await requireProof(user, { secret: begun.proof })).toBeUndefined();
    for (const secret of [null, "", begun.credential.k, `${begun.proof}x`]) expect(await requireProof(user, { secret })).toMatchObject(NEEDED);
  });

  test("counts for ten minutes, and can be given anew", async () => {
    const { user, begun } = await newAccount(context);
    await age(user, 9);
    expect(await requireProof(user, { secret: begun.proof })).toBeUndefined();
    await age(user, 1);
    expect(await requireProof(user, { secret: begun.proof })).toMatchObject(NEEDED);
    const secret = await proven(user);
    expect(await requireProof(user, { secret })).toBeUndefined();
    expect(await requireProof(user, { secret: begun.proof })).toMatchObject(NEEDED);
  });

  test("of one session is worth nothing in another, of the same account or not", async () => {
    const { email, user, begun } = await newAccount(context);
    const other = await signIn(visitor(context), { email, password: PASSWORD }, newBrowser());
    if (isFailure(other) || !("session" in other)) throw new Error("not signed in");
    const inOther: UserContext = { ...user, actor: { ...user.actor, sessionId: other.session.id } };
    expect(await requireProof(inOther, { secret: begun.proof })).toMatchObject(NEEDED);
    const stranger = await newAccount(context);
    expect(await requireProof(stranger.user, { secret: begun.proof })).toMatchObject(NEEDED);
  });

  test("dies when another session changes a way in; who made the change keeps theirs", async () => {
    const { email, user, begun } = await newAccount(context);
    const other = await signIn(visitor(context), { email, password: PASSWORD }, newBrowser());
    if (isFailure(other) || !("session" in other)) throw new Error("not signed in");
    const before = { ...begun };
    expect(await changePassword(user, { currentPassword: PASSWORD, newPassword: NEXT })).toBeUndefined();
    expect(await requireProof(user, { secret: before.proof })).toBeUndefined();
    await context.db.update(sessions).set({ endedAt: null, endReason: null }).where(eq(sessions.id, other.session.id));
    expect(await requireProof({ ...user, actor: { ...user.actor, sessionId: other.session.id } }, { secret: other.proof })).toMatchObject(NEEDED);
  });

  test("stands nowhere readable", async () => {
    const { user, begun } = await newAccount(context);
    const [row] = await context.db.select().from(sessions).where(eq(sessions.id, user.actor.sessionId));
    expect(JSON.stringify(row)).not.toContain(begun.proof);
  });
});

describe("a step-up", () => {
  test("is given by the password alone, under the limits of wrong ones", async () => {
    const { user } = await newAccount(context);
    const guesses = await Promise.all(Array.from({ length: 30 }, (_, at) => proveSession(user, { method: "password", password: `wrong kettle ${at}` })));
    expect(tally(guesses)).toEqual({ invalid_credentials: 10, rate_limited: 20 });
    expect(await proveSession(user, { method: "password", password: PASSWORD })).toMatchObject({ failure: "rate_limited" });
  });

  test("that is held back comes to nothing when its session has ended meanwhile", async () => {
    const { user, begun } = await newAccount(context);
    const late = heldBack<UserContext>(user);
    const proving = proveSession(late.held, { method: "password", password: PASSWORD });
    await late.waits;
    await endSession(user, begun.session.id);
    late.letGo();
    expect(await proving).toMatchObject({ failure: "unauthenticated" });
  });

  test("that is held back comes to nothing when the password was changed meanwhile", async () => {
    const { user } = await newAccount(context);
    const late = heldBack<UserContext>(user);
    const proving = proveSession(late.held, { method: "password", password: PASSWORD });
    await late.waits;
    await changePassword(user, { currentPassword: PASSWORD, newPassword: NEXT });
    late.letGo();
    expect(await proving).toMatchObject({ failure: "conflict" });
  });
});
