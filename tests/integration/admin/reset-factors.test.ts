import { and, eq } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { events, identities, roles, secondStepGuesses, users } from "@/db/schema";
import { seedRoles } from "@/lib/access/seed-roles";
import type { Permission } from "@/lib/access/schema";
import { listUsers, usersQuery } from "@/lib/admin/list-users";
import { resetFactors } from "@/lib/admin/reset-factors";
import { resetFactorsAsOperator } from "@/lib/admin/reset-factors-as-operator";
import { type FactorFilter, factorFilters } from "@/lib/admin/schema";
import { getUserFactors } from "@/lib/admin/user-factors";
import { requireProof } from "@/lib/auth/require-proof";
import { signIn } from "@/lib/auth/sign-in";
import type { Context, UserContext } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { addIdentity } from "@/lib/factors/add-identity";
import { listen } from "@/lib/notifications/listen";
import { userChannel } from "@/lib/notifications/channel";
import { authenticate } from "@/lib/sessions/authenticate";
import { PASSWORD, newBrowser, visitor } from "@/tests/integration/auth/account";
import { newestMail, provenAccount } from "@/tests/integration/auth/proving";
import { providersEnv } from "@/tests/integration/providers/identities";
import { good, holding, PROVEN, userOf } from "@/tests/support/administrators";
import { openTestWorld } from "@/tests/support/context";
import { factorRows, type Given, giveFactors } from "@/tests/support/factors";
import { makeUser, trust } from "@/tests/support/sessions";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";

let context: Context;
let inbox: TestMail;
let admin: UserContext;

beforeAll(async () => {
  inbox = await startTestMail();
  ({ context } = await openTestWorld({ HASH_THREADS: "2", ...inbox.env, ...providersEnv }));
  await trust(context);
  const made: Record<string, Permission[]> = { HELPER: ["users.read", "factors.reset"], MANAGER: ["users.read", "users.manage"] };
  await context.db.insert(roles).values(Object.entries(made).map(([name, permissions]) => ({ name, permissions })));
  admin = (await userOf(context, "ADMIN")).caller;
});

const resetter = () => holding(admin, "factors.reset");
const nothing = { totp: 0, passkeys: 0, codes: 0, guesses: 0, wanted: false };
const all: Given[] = ["totp", "pending", "passkey", "codes", "switch"];

describe("removing a second step", () => {
  test("takes off all that there is, ends nothing, and leaves the password; its owner is told", async () => {
    const { email, begun, user } = await provenAccount(context, inbox);
    const { userId } = user.actor;
    await giveFactors(context, userId, ...all);
    await context.db.insert(secondStepGuesses).values({ userId, way: "totp", deviceKnown: false });
    expect(await signIn(visitor(context), { email, password: PASSWORD }, newBrowser())).toHaveProperty("attempt");
    const heard: string[] = [];
    const stop = await listen(context, userChannel(userId), { notice: ({ type }) => void heard.push(type), lost: () => {} });
    expect(await resetFactors(await resetter(), userId, PROVEN)).toBeUndefined();
    expect(await factorRows(context, userId)).toEqual({ ...nothing, ways: 1 });
    await expect.poll(() => heard).toContain("factors.changed");
    stop();
    expect(await requireProof(user, { secret: begun.proof })).toMatchObject({ failure: "proof_required", ways: ["password"] });
    expect((await authenticate(context, begun.credential, { use: true })).state).toBe("authenticated");
    expect(await signIn(visitor(context), { email, password: PASSWORD }, newBrowser())).toHaveProperty("session");
    const told = await context.db.select().from(events).where(and(eq(events.userId, userId), eq(events.type, "factors.reset")));
    expect(told).toMatchObject([{ actor: "admin", actorUserId: admin.actor.userId, sessionId: admin.actor.sessionId, detail: { totp: true, passkeys: 1, recoveryCodes: 2 } }]);
    expect(await newestMail(context, inbox, email, /removed the second step/)).toMatchObject({ subject: expect.stringContaining("removed your second step") });
  });

  test("is not done behind an answer that says it was not", async () => {
    const userId = await makeUser(context);
    await giveFactors(context, userId, "totp");
    const caller = await resetter();
    expect(await resetFactors({ ...caller, request: { ...caller.request, answerBy: performance.now() } }, userId, PROVEN)).toMatchObject({ failure: "unavailable" });
    expect(await factorRows(context, userId)).toMatchObject({ totp: 1, ways: 0 });
  });

  test("again, or where there is none, is nothing", async () => {
    const userId = await makeUser(context);
    for (let time = 0; time < 2; time++) expect(await resetFactors(await resetter(), userId, PROVEN)).toBeUndefined();
    expect(await factorRows(context, userId)).toEqual({ ...nothing, ways: 0 });
    expect(await context.db.select().from(events).where(and(eq(events.userId, userId), eq(events.type, "factors.reset")))).toEqual([]);
    for (const nobody of [newId(), "me", ""]) expect(await resetFactors(await resetter(), nobody, PROVEN)).toMatchObject({ failure: "not_found" });
  });

  test("leaves what is linked at another provider, by which an account without a password goes on being opened", async () => {
    const userId = await makeUser(context);
    await giveFactors(context, userId, ...all);
    good(await addIdentity(context, userId, { provider: "acme", subject: newId(), email: null }, { number: 0, isUsed: false }));
    await context.db.update(users).set({ passwordHash: null }).where(eq(users.id, userId));
    expect(good(await getUserFactors(await holding(admin, "users.read"), userId)).providers).toEqual(["Acme"]);
    expect(await resetFactors(await resetter(), userId, PROVEN)).toBeUndefined();
    expect(await factorRows(context, userId)).toEqual({ ...nothing, ways: 1 });
    expect(await context.db.select({ provider: identities.provider }).from(identities).where(eq(identities.userId, userId))).toEqual([{ provider: "acme" }]);
  });

  test("never leaves an account that nothing opens", async () => {
    const userId = await makeUser(context);
    await giveFactors(context, userId, ...all);
    await context.db.update(users).set({ passwordHash: null }).where(eq(users.id, userId));
    const before = await factorRows(context, userId);
    expect(await resetFactors(await resetter(), userId, PROVEN)).toMatchObject({ failure: "conflict", detail: expect.stringContaining("Make a reset link first") });
    expect(await factorRows(context, userId)).toEqual(before);
  });

  test("is of nobody who may do more, and of one's own it keeps one's proof", async () => {
    const outcomes: Record<string, Record<string, string>> = {};
    for (const role of ["HELPER", "ADMIN"]) {
      const { caller } = await userOf(context, role);
      outcomes[role] = {};
      for (const of of ["USER", "HELPER", "MANAGER", "SUPPORT", "ADMIN", "oneself"]) {
        const userId = of === "oneself" ? caller.actor.userId : (await userOf(context, of)).userId;
        await giveFactors(context, userId, "totp");
        const done = await resetFactors(await holding(caller, "factors.reset"), userId, PROVEN);
        outcomes[role][of] = isFailure(done) ? done.failure : "removed";
        expect((await factorRows(context, userId)).totp).toBe(isFailure(done) ? 1 : 0);
      }
      expect(await requireProof(caller, PROVEN)).toBeUndefined();
    }
    expect(outcomes).toEqual({
      HELPER: { USER: "removed", HELPER: "removed", MANAGER: "forbidden", SUPPORT: "forbidden", ADMIN: "forbidden", oneself: "removed" },
      ADMIN: { USER: "removed", HELPER: "removed", MANAGER: "removed", SUPPORT: "removed", ADMIN: "removed", oneself: "removed" },
    });
  });
});

test("the operator removes it by hand, whoever's it is, and nobody else does: with the event and the mail of an administrator's", async () => {
  const { email, user } = await provenAccount(context, inbox);
  const { userId } = user.actor;
  await giveFactors(context, userId, ...all);
  for (const caller of [visitor(context), user, admin]) expect(await resetFactorsAsOperator(caller, email)).toMatchObject({ failure: "forbidden" });
  expect(await resetFactorsAsOperator(context, "nobody@example.org")).toMatchObject({ failure: "not_found" });
  expect(await resetFactorsAsOperator(context, email.toUpperCase())).toBe(true);
  expect(await factorRows(context, userId)).toEqual({ ...nothing, ways: 1 });
  const told = await context.db.select().from(events).where(and(eq(events.userId, userId), eq(events.type, "factors.reset")));
  expect(told).toMatchObject([{ actor: "system", actorUserId: null, sessionId: null, detail: { totp: true, passkeys: 1, recoveryCodes: 2 } }]);
  expect(await newestMail(context, inbox, email, /removed the second step/)).toMatchObject({ subject: expect.stringContaining("removed your second step") });
  expect(await resetFactorsAsOperator(context, email)).toBe(false);
  await giveFactors(context, userId, "passkey");
  await context.db.update(users).set({ passwordHash: null }).where(eq(users.id, userId));
  expect(await resetFactorsAsOperator(context, email)).toMatchObject({ failure: "conflict" });
});

test("an installation of before gets the permission with the next migration, and nobody but administrators", async () => {
  await context.db.update(roles).set({ permissions: ["sessions.read", "sessions.end", "users.read", "users.manage", "roles.manage", "events.read"] }).where(eq(roles.name, "ADMIN"));
  await expect(resetter()).rejects.toThrow("forbidden");
  await seedRoles(context);
  await resetter();
  const holders = (await context.db.select().from(roles)).filter(({ builtIn, permissions }) => builtIn && permissions.includes("factors.reset"));
  expect(holders.map(({ name }) => name)).toEqual(["ADMIN"]);
});

test("administrators see who has what, and find them by it", async () => {
  const reader = await holding(admin, "users.read");
  const people: Record<string, Given[]> = { Nothing: [], Pending: ["pending"], App: ["totp", "codes"], Key: ["passkey"], "Key asked": ["passkey", "switch"], Both: ["totp", "passkey", "codes"] };
  const ids = new Map<string, string>();
  for (const [name, factors] of Object.entries(people)) {
    const userId = await makeUser(context);
    await context.db.update(users).set({ name: `Factored ${name}` }).where(eq(users.id, userId));
    await giveFactors(context, userId, ...factors);
    ids.set(name, userId);
  }
  const seen = async (name: string) => good(await getUserFactors(reader, ids.get(name) as string));
  expect(await seen("Nothing")).toEqual({ on: false, totp: false, passkeys: 0, recoveryCodesLeft: 0, providers: [], required: false });
  expect(await seen("Pending")).toMatchObject({ on: false, totp: false });
  expect(await seen("Both")).toEqual({ on: true, totp: true, passkeys: 1, recoveryCodesLeft: 2, providers: [], required: false });
  expect(await seen("Key")).toMatchObject({ on: false, passkeys: 1 });
  expect(await seen("Key asked")).toMatchObject({ on: true, passkeys: 1 });
  for (const id of [newId(), "x"]) expect(await getUserFactors(reader, id)).toMatchObject({ failure: "not_found" });
  const found = async (factor: FactorFilter, of = reader) => good(await listUsers(of, usersQuery.parse({ q: "factored", factor }))).items.map(({ name }) => name.replace("Factored ", "")).toSorted();
  const outcomes = Object.fromEntries(await Promise.all(factorFilters.map(async (factor) => [factor, await found(factor)] as const)));
  expect(outcomes).toEqual({
    on: ["App", "Both", "Key asked"],
    off: ["Key", "Nothing", "Pending"],
    totp: ["App", "Both"],
    passkey: ["Both", "Key", "Key asked"],
    none: ["Nothing", "Pending"],
  });
  const strict = { ...reader, settings: { ...reader.settings, REQUIRE_SECOND_FACTOR: ["USER"] } };
  expect([await found("on", strict), await found("off", strict)]).toEqual([["App", "Both", "Key", "Key asked"], ["Nothing", "Pending"]]);
  for (const factor of ["", "all", "TOTP"]) expect(usersQuery.safeParse({ factor }).success).toBe(false);
});
