import { eq } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { events, users } from "@/db/schema";
import { getUser } from "@/lib/admin/get-user";
import { listUsers, usersQuery } from "@/lib/admin/list-users";
import { adminUserSchema } from "@/lib/admin/schema";
import { updateUser, userChange } from "@/lib/admin/update-user";
import type { Context, UserContext } from "@/lib/core/context";
import { newId } from "@/lib/core/ids";
import { isBegunAttempt } from "@/lib/auth/complete-sign-in";
import { signIn } from "@/lib/auth/sign-in";
import { authenticate } from "@/lib/sessions/authenticate";
import { beginSession } from "@/lib/sessions/begin-session";
import { newAccount, newBrowser, PASSWORD, visitor } from "@/tests/integration/auth/account";
import { good, holding, PROVEN, userOf } from "@/tests/support/administrators";
import { openTestWorld, type TestWorld } from "@/tests/support/context";
import { rounds } from "@/tests/support/rounds";
import { begin, makeUser, trust, visitorOf } from "@/tests/support/sessions";

let world: TestWorld;
let context: Context;
let admin: UserContext;

beforeAll(async () => {
  world = await openTestWorld({ MAX_CONCURRENT_SESSIONS: "50" });
  context = world.context;
  await trust(context);
  admin = (await userOf(context, "ADMIN")).caller;
});

test("users are listed newest first, found by how e-mail or name begins, every one once", async () => {
  const reader = await holding(admin, "users.read");
  const made: string[] = [];
  for (let index = 0; index < 9; index++) {
    const id = await makeUser(context);
    await context.db.update(users).set({ name: `Listed ${index}`, createdAt: new Date(1_700_000_000_000 + (index >> 2)) }).where(eq(users.id, id));
    made.push(id);
  }
  const seen: string[] = [];
  let cursor: string | null | undefined;
  do {
    const page = good(await listUsers(reader, { ...usersQuery.parse({ q: "listed", limit: "2" }), ...(cursor && { cursor }) }));
    for (const user of page.items) expect(adminUserSchema.parse(user)).toEqual(user);
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor);
  expect(seen).toEqual([...made].sort((a, b) => (made.indexOf(b) >> 2) - (made.indexOf(a) >> 2) || (a < b ? 1 : -1)));
  expect(good(await listUsers(reader, usersQuery.parse({ q: `${made[4]?.toUpperCase()}@EX` }))).items.map(({ id }) => id)).toEqual([made[4]]);
  for (const bad of [{ q: "" }, { limit: "0" }, { limit: "101" }, { sort: "x" }]) expect(usersQuery.safeParse(bad).success).toBe(false);
  expect(await listUsers(reader, { limit: 5, cursor: "x" })).toMatchObject({ failure: "invalid_input" });
});

test("when someone was last seen is exact while a session lives, the ledger's after that, and null before the first", async () => {
  const reader = await holding(admin, "users.read");
  const userId = await makeUser(context);
  expect(good(await getUser(reader, userId))).toMatchObject({ id: userId, lastSeenAt: null, disabled: false, role: "USER" });
  const { credential } = await begin(context, userId);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const before = Date.now();
  await authenticate(visitorOf(context), credential, { use: true });
  const asked = Date.now();
  const seen = Date.parse(good(await getUser(reader, userId)).lastSeenAt as string);
  // PostgreSQL's time is read first, then Redis' remaining life: what lies between them makes a use look that much earlier.
  const between = Date.now() - asked + 3;
  expect(seen).toBeGreaterThanOrEqual(before - between);
  good(await updateUser(await holding(admin, "users.manage"), userId, { disabled: true }, PROVEN));
  const after = Date.parse(good(await getUser(reader, userId)).lastSeenAt as string);
  expect(Math.abs(after - seen)).toBeLessThan(between + 2);
  for (const id of [newId(), "x", "", userId.toUpperCase()]) expect(await getUser(reader, id)).toMatchObject({ failure: "not_found" });
});

test("disabling ends every session at once and shuts the door; enabling opens it again; both are events", async () => {
  const manager = await holding(admin, "users.manage");
  const { email, begun, browser } = await newAccount(context);
  const second = await signIn(visitor(context), { email, password: PASSWORD }, newBrowser());
  expect(good(await updateUser(manager, begun.user.id, { disabled: true }, PROVEN))).toMatchObject({ id: begun.user.id, disabled: true });
  const elsewhere = good(second);
  if (isBegunAttempt(elsewhere)) throw new Error("not signed in");
  for (const { credential } of [begun, elsewhere]) {
    expect(await authenticate(visitorOf(context), credential, { use: true })).toEqual({ state: "anonymous", ended: { reason: "account_disabled" } });
  }
  expect(await signIn(visitor(context), { email, password: PASSWORD }, browser)).toEqual(await signIn(visitor(context), { email, password: "wrong" }, browser));
  good(await updateUser(manager, begun.user.id, { disabled: true }, PROVEN));
  good(await updateUser(manager, begun.user.id, { disabled: false }, PROVEN));
  good(await signIn(visitor(context), { email, password: PASSWORD }, browser));
  const written = await context.db.select().from(events).where(eq(events.userId, begun.user.id)).orderBy(events.at);
  expect(written.filter(({ actor }) => actor === "admin").map(({ type, actorUserId, detail }) => [type, actorUserId, detail.reason])).toEqual([
    ["account.disabled", admin.actor.userId, undefined],
    ["session.ended", admin.actor.userId, "account_disabled"],
    ["session.ended", admin.actor.userId, "account_disabled"],
    ["account.enabled", admin.actor.userId, undefined],
  ]);
});

test("no sign-in that races the disabling outlives it", async () => {
  const manager = await holding(admin, "users.manage");
  for (let round = 0; round < rounds(80); round++) {
    const userId = await makeUser(context);
    const attempts = Array.from({ length: 6 }, async () => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 15));
      return beginSession(visitorOf(context), { userId, ways: 0, browserId: newId(), remember: false, prior: null, client: "browser" });
    });
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 12));
    good(await updateUser(manager, userId, { disabled: true }, PROVEN));
    for (const begun of await Promise.all(attempts)) {
      if ("credential" in begun) expect((await authenticate(visitorOf(context), begun.credential, { use: true })).state).toBe("anonymous");
    }
  }
});

test("without Redis a disabled account is committed and 503, and asked again with Redis it is acknowledged", async () => {
  const other = await openTestWorld();
  await trust(other.context);
  const manager = await holding((await userOf(other.context, "ADMIN")).caller, "users.manage");
  const begun = await begin(other.context, await makeUser(other.context));
  await other.redis.kill();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await updateUser(manager, begun.credential.u, { disabled: true }, PROVEN)).toMatchObject({ failure: "unavailable" });
  expect((await authenticate(visitorOf(other.context), begun.credential, { use: true })).state).toBe("anonymous");
  await other.redis.start();
  await expect.poll(() => other.context.redis.connection?.trusted, { timeout: 10_000 }).toBe(true);
  expect(good(await updateUser(manager, begun.credential.u, { disabled: true }, PROVEN)).disabled).toBe(true);
  expect((await authenticate(visitorOf(other.context), begun.credential, { use: true })).state).toBe("anonymous");
});

test("a change that changes nothing, or is none, is refused", () => {
  for (const bad of [{}, { role: "admin!" }, { role: "" }, { disabled: "yes" }, { email: "x@example.org" }, { role: null }]) expect(userChange.safeParse(bad).success, JSON.stringify(bad)).toBe(false);
});
