import { setTimeout as sleep } from "node:timers/promises";
import { eq } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { events, passkeys, roles, users } from "@/db/schema";
import { listRoles } from "@/lib/access/list-roles";
import { putRole } from "@/lib/admin/put-role";
import { requirePermission } from "@/lib/access/require-permission";
import { builtInRoles, permissions } from "@/lib/access/schema";
import { grantAdministrator } from "@/lib/admin/grant-administrator";
import { updateUser } from "@/lib/admin/update-user";
import { noteRequiredSteps } from "@/lib/auth/note-required-steps";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { authenticate } from "@/lib/sessions/authenticate";
import { tally } from "@/tests/integration/auth/account";
import { good, holding, PROVEN, userOf } from "@/tests/support/administrators";
import { openTestWorld } from "@/tests/support/context";
import { giveFactors } from "@/tests/support/factors";
import { rounds } from "@/tests/support/rounds";
import { begin, makeUser, ownerOf, trust, visitorOf } from "@/tests/support/sessions";

let context: Context;

beforeAll(async () => {
  const world = await openTestWorld();
  context = world.context;
  await trust(context);
});

test("each built-in role allows what it is said to, and nothing else", async () => {
  for (const [role, allowed] of Object.entries(builtInRoles)) {
    const { caller } = await userOf(context, role);
    for (const permission of permissions) {
      const outcome = await requirePermission(caller, permission);
      expect(isFailure(outcome) ? outcome.failure : "held", `${role} ${permission}`).toBe((allowed as readonly string[]).includes(permission) ? "held" : "forbidden");
    }
  }
});

test("a role that the database knows and this version does not allows nothing", async () => {
  await context.db.insert(roles).values({ name: "FUTURE", permissions: ["everything", "sessions.read"] });
  const { caller } = await userOf(context, "FUTURE");
  expect([...(await holding(caller, "sessions.read")).held]).toEqual(["sessions.read"]);
});

test("a role that is put again as it is has not changed: no event says so", async () => {
  const { caller } = await userOf(context, "ADMIN");
  const admin = await holding(caller, "roles.manage");
  good(await putRole(admin, "TWICE", { permissions: ["users.read", "events.read"] }, PROVEN));
  expect(good(await putRole(admin, "TWICE", { permissions: ["events.read", "users.read"] }, PROVEN))).toMatchObject({ name: "TWICE" });
  good(await putRole(admin, "TWICE", { permissions: ["users.read"] }, PROVEN));
  const written = (await context.db.select().from(events).where(eq(events.type, "role.changed"))).filter(({ detail }) => detail?.role === "TWICE");
  expect(written.map(({ detail }) => detail?.permissions)).toEqual([
    { from: null, to: ["users.read", "events.read"] },
    { from: ["users.read", "events.read"], to: ["users.read"] },
  ]);
});

test("a demotion, a change of the role and a disabled account count at the very next request", async () => {
  const admin = await userOf(context, "ADMIN");
  const boss = await holding(admin.caller, "users.manage");
  const support = await userOf(context, "SUPPORT");
  expect((await authenticate(visitorOf(context), support.begun.credential, { use: true })).state).toBe("authenticated");
  good(await updateUser(boss, support.userId, { role: "USER" }, PROVEN));
  expect(await requirePermission(support.caller, "sessions.read")).toMatchObject({ failure: "forbidden" });
  expect(await authenticate(visitorOf(context), support.begun.credential, { use: true })).toMatchObject({ user: { role: "USER" } });

  good(await putRole(await holding(admin.caller, "roles.manage"), "AUDITOR", { permissions: ["events.read", "users.read"] }, PROVEN));
  good(await updateUser(boss, support.userId, { role: "AUDITOR" }, PROVEN));
  await holding(support.caller, "events.read");
  good(await putRole(await holding(admin.caller, "roles.manage"), "AUDITOR", { permissions: ["users.read"] }, PROVEN));
  expect(await requirePermission(support.caller, "events.read")).toMatchObject({ failure: "forbidden" });

  await context.db.update(users).set({ disabledAt: new Date() }).where(eq(users.id, support.userId));
  expect(await requirePermission(support.caller, "users.read")).toMatchObject({ failure: "forbidden" });
});

test("nobody grants what they do not hold, by a role or by a user, nor manages who holds more", async () => {
  const admin = await userOf(context, "ADMIN");
  const asAdmin = await holding(admin.caller, "roles.manage");
  good(await putRole(asAdmin, "KEEPER", { permissions: ["roles.manage", "users.manage", "users.read"] }, PROVEN));
  const keeper = await userOf(context, "KEEPER");
  const [roleKeeper, userKeeper] = [await holding(keeper.caller, "roles.manage"), await holding(keeper.caller, "users.manage")];
  expect(await putRole(roleKeeper, "KEEPER", { permissions: [...permissions] }, PROVEN)).toMatchObject({ failure: "forbidden" });
  expect(await putRole(roleKeeper, "MINE", { permissions: ["sessions.end"] }, PROVEN)).toMatchObject({ failure: "forbidden" });
  expect(good(await putRole(roleKeeper, "MINE", { permissions: ["users.read", "users.read"] }, PROVEN))).toEqual({ name: "MINE", builtIn: false, permissions: ["users.read"] });
  good(await putRole(asAdmin, "MORE", { permissions: ["sessions.end"] }, PROVEN));
  expect(await putRole(roleKeeper, "MORE", { permissions: [] }, PROVEN)).toMatchObject({ failure: "forbidden" });

  const plain = await userOf(context, "USER");
  for (const role of ["ADMIN", "SUPPORT", "MORE"]) expect(await updateUser(userKeeper, plain.userId, { role }, PROVEN), role).toMatchObject({ failure: "forbidden" });
  for (const change of [{ role: "USER" }, { disabled: true }]) expect(await updateUser(userKeeper, admin.userId, change, PROVEN)).toMatchObject({ failure: "forbidden" });
  expect(await updateUser(userKeeper, keeper.userId, { role: "ADMIN" }, PROVEN)).toMatchObject({ failure: "forbidden" });
  expect(good(await updateUser(userKeeper, plain.userId, { role: "KEEPER" }, PROVEN))).toMatchObject({ role: "KEEPER" });
});

test("the built-in roles are fixed; a name that is none and a role that is none are refused", async () => {
  const { caller, userId } = await userOf(context, "ADMIN");
  const admin = await holding(caller, "roles.manage");
  for (const name of Object.keys(builtInRoles)) expect(await putRole(admin, name, { permissions: [] }, PROVEN), name).toMatchObject({ failure: "conflict" });
  for (const name of ["admin", "Support"]) expect(await putRole(admin, name, { permissions: [] }, PROVEN), name).toMatchObject({ failure: "conflict" });
  await context.db.insert(roles).values({ name: "OF_A_NEWER_VERSION", builtIn: true, permissions: [] });
  expect(await putRole(admin, "OF_A_NEWER_VERSION", { permissions: ["users.read"] }, PROVEN)).toMatchObject({ failure: "conflict" });
  await context.db.delete(roles).where(eq(roles.name, "OF_A_NEWER_VERSION"));
  for (const name of ["help-desk", "auditor", "Night_Shift"]) expect(good(await putRole(admin, name, { permissions: [] }, PROVEN)).name).toBe(name);
  for (const name of ["", "x", "_A", "A", "1ABC", "A".repeat(33), "A B", "__proto__"]) expect(await putRole(admin, name, { permissions: [] }, PROVEN), name).toMatchObject({ failure: "invalid_input" });
  expect(await updateUser(await holding(caller, "users.manage"), userId, { role: "NOTHING" }, PROVEN)).toMatchObject({ failure: "invalid_input", errors: [{ path: "role" }] });
  const { items } = await listRoles(await holding(caller, "users.read"));
  expect(items.filter(({ builtIn }) => builtIn)).toEqual([
    { name: "ADMIN", builtIn: true, permissions: [...permissions] },
    { name: "SUPPORT", builtIn: true, permissions: ["sessions.read", "sessions.end", "users.read", "events.read", "insights.read"] },
    { name: "USER", builtIn: true, permissions: [] },
  ]);
});

test("the last administrator stays, however administrators demote and disable each other at once", async () => {
  await context.db.update(users).set({ role: "USER" }).where(eq(users.role, "ADMIN"));
  const lone = await userOf(context, "ADMIN");
  const loneAdmin = await holding(lone.caller, "users.manage");
  for (const change of [{ role: "USER" }, { disabled: true }, { role: "SUPPORT", disabled: true }]) {
    expect(await updateUser(loneAdmin, lone.userId, change, PROVEN)).toMatchObject({ failure: "conflict" });
  }
  for (let round = 0; round < rounds(60); round++) {
    await context.db.update(users).set({ role: "USER" }).where(eq(users.role, "ADMIN"));
    const all = await Promise.all(Array.from({ length: 4 }, () => userOf(context, "ADMIN")));
    const callers = await Promise.all(all.map(({ caller }) => holding(caller, "users.manage")));
    const outcomes = await Promise.all(
      callers.map((caller, index) => updateUser(caller, all[(index + 1) % all.length]?.userId as string, round % 2 ? { role: "USER" } : { disabled: true }, PROVEN)),
    );
    const left = (await context.db.select().from(users).where(eq(users.role, "ADMIN"))).filter(({ disabledAt }) => disabledAt === null);
    expect(left.length, JSON.stringify(tally(outcomes))).toBeGreaterThanOrEqual(1);
    expect(tally(outcomes).ok).toBe(all.length - left.length);
  }
});

test("two who each take their own role away at the same time leave one", async () => {
  for (let round = 0; round < rounds(40); round++) {
    await context.db.update(users).set({ role: "USER" }).where(eq(users.role, "ADMIN"));
    const [one, two] = [await userOf(context, "ADMIN"), await userOf(context, "ADMIN")];
    const outcomes = await Promise.all([one, two].map(async ({ caller, userId }) => updateUser(await holding(caller, "users.manage"), userId, { role: "USER" }, PROVEN)));
    expect(tally(outcomes)).toEqual({ ok: 1, conflict: 1 });
  }
});

test("the first administrator comes from the operator's hand, with its event, and from no request", async () => {
  const userId = await makeUser(context);
  const owner = ownerOf(context, await begin(context, userId));
  expect(await grantAdministrator(owner, `${userId}@example.org`)).toMatchObject({ failure: "forbidden" });
  expect(await grantAdministrator(visitorOf(context), `${userId}@example.org`)).toMatchObject({ failure: "forbidden" });
  expect(await grantAdministrator(context, "nobody@example.org")).toMatchObject({ failure: "not_found" });
  for (let time = 0; time < 2; time++) expect(await grantAdministrator(context, `${userId.toUpperCase()}@example.org`, { unproven: true })).toBeUndefined();
  await holding(owner, "users.manage");
  const written = await context.db.select().from(events).where(eq(events.userId, userId));
  expect(written.filter(({ type }) => type === "role.changed")).toMatchObject([{ actor: "system", actorUserId: null, detail: { role: { from: "USER", to: "ADMIN" } } }]);
});

test("an account with a passkey that becomes an administrator's asks for it since then, where that role needs a second step", async () => {
  const strict = { ...context, settings: { ...context.settings, REQUIRE_SECOND_FACTOR: ["ADMIN"] } };
  const since = async (by: Context) => {
    const userId = await makeUser(context);
    await giveFactors(context, userId, "passkey");
    expect(await grantAdministrator(by, `${userId}@example.org`, { unproven: true })).toBeUndefined();
    return (await context.db.select({ since: users.secondStepSince, ways: users.ways }).from(users).where(eq(users.id, userId)))[0];
  };
  expect([await since(strict), await since(context)]).toEqual([{ since: 1, ways: 1 }, { since: null, ways: 1 }]);
});

test("where the setting newly names a role, it is noted once of each account that has a passkey, and of nobody else", async () => {
  const strict = { ...context, settings: { ...context.settings, REQUIRE_SECOND_FACTOR: ["NEWLY_NAMED"] } };
  await context.db.insert(roles).values({ name: "NEWLY_NAMED", permissions: [] });
  const account = async (role: string, passkey: boolean, since: number | null = null) => {
    const userId = await makeUser(context);
    if (passkey) await giveFactors(context, userId, "passkey");
    await context.db.update(users).set({ role, ways: 3, secondStepSince: since }).where(eq(users.id, userId));
    return userId;
  };
  const ids = [await account("NEWLY_NAMED", true), await account("NEWLY_NAMED", false), await account("USER", true), await account("NEWLY_NAMED", true, 2)];
  const noted = () => Promise.all(ids.map(async (id) => (await context.db.select({ ways: users.ways, since: users.secondStepSince }).from(users).where(eq(users.id, id)))[0]));
  const before = [{ ways: 3, since: null }, { ways: 3, since: null }, { ways: 3, since: null }, { ways: 3, since: 2 }];
  await noteRequiredSteps(context);
  expect(await noted()).toEqual(before);
  await Promise.all([noteRequiredSteps(strict), noteRequiredSteps(strict)]);
  await noteRequiredSteps(strict);
  expect(await noted()).toEqual([{ ways: 4, since: 4 }, ...before.slice(1)]);
});

test("a passkey that is removed at that very moment leaves nothing noted", async () => {
  const strict = { ...context, settings: { ...context.settings, REQUIRE_SECOND_FACTOR: ["NEWLY_NAMED"] } };
  const userId = await makeUser(context);
  await giveFactors(context, userId, "passkey");
  await context.db.update(users).set({ role: "NEWLY_NAMED" }).where(eq(users.id, userId));
  let noting: Promise<void> = Promise.resolve();
  await context.db.transaction(async (tx) => {
    await tx.select().from(users).where(eq(users.id, userId)).for("no key update");
    noting = noteRequiredSteps(strict);
    await sleep(200);
    await tx.delete(passkeys).where(eq(passkeys.userId, userId));
  });
  await noting;
  expect(await context.db.select({ ways: users.ways, since: users.secondStepSince }).from(users).where(eq(users.id, userId))).toEqual([{ ways: 0, since: null }]);
});
