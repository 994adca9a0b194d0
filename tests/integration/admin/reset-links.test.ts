import { setTimeout as sleep } from "node:timers/promises";
import { and, eq } from "drizzle-orm";
import postgres from "postgres";
import { beforeAll, describe, expect, test } from "vitest";
import { events, outgoingMails, roles, users } from "@/db/schema";
import type { Permission } from "@/lib/access/schema";
import { makeOperatorsResetLink } from "@/lib/admin/make-operators-reset-link";
import { makeResetLink } from "@/lib/admin/make-reset-link";
import { updateUser } from "@/lib/admin/update-user";
import { describeLink } from "@/lib/auth/describe-link";
import { goBack } from "@/lib/auth/go-back";
import { resetPassword } from "@/lib/auth/reset-password";
import { type HandedLink, handedLinkSchema } from "@/lib/auth/schema";
import { signIn } from "@/lib/auth/sign-in";
import type { Context, UserContext } from "@/lib/core/context";
import { sha256 } from "@/lib/core/crypto";
import { isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { authenticate } from "@/lib/sessions/authenticate";
import { endSession } from "@/lib/sessions/end-session";
import { query } from "@/scripts/servers/query";
import { newAccount, newBrowser, PASSWORD, tally, visitor } from "@/tests/integration/auth/account";
import { newestMail, provenAccount, sendAll, tokenIn } from "@/tests/integration/auth/proving";
import { good, holding, PROVEN, userOf } from "@/tests/support/administrators";
import { openTestWorld, type TestWorld } from "@/tests/support/context";
import { heldBack } from "@/tests/support/held-back";
import { rounds } from "@/tests/support/rounds";
import { makeUser, trust } from "@/tests/support/sessions";
import { atEnd } from "@/tests/support/stop-everything";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";

const NEXT = "eleven green ladders";
let world: TestWorld;
let context: Context;
/** The same house without verification, for accounts whose address nobody has proven. */
let unproven: Context;
let inbox: TestMail;
let admin: UserContext;
/** Of the administrator's sign-in, which is a step-up. */
let proof: { secret: string };

beforeAll(async () => {
  inbox = await startTestMail();
  world = await openTestWorld({ HASH_THREADS: "2", ...inbox.env });
  context = world.context;
  unproven = { ...context, settings: { ...context.settings, EMAIL_VERIFICATION: "off" } };
  await trust(context);
  const made: Record<string, Permission[]> = { MANAGER: ["users.read", "users.manage"], LESSER: ["users.manage"], READER: ["users.read"] };
  await context.db.insert(roles).values(Object.entries(made).map(([name, permissions]) => ({ name, permissions })));
  const { caller, begun } = await userOf(context, "ADMIN");
  [admin, proof] = [caller, { secret: begun.proof }];
});

const manager = () => holding(admin, "users.manage");
const link = async (userId: string) => good(await makeResetLink(await manager(), userId, proof));
const tokenOf = ({ url }: HandedLink) => new URL(url).searchParams.get("token") as string;
const use = (made: HandedLink, newPassword = NEXT) => resetPassword(visitor(context), { token: tokenOf(made), newPassword });
const opens = async (email: string, password: string) => tally([await signIn(visitor(context), { email, password }, newBrowser())]).ok === 1;
const isGood = async (made: HandedLink) => !isFailure(await describeLink(context, tokenOf(made), "reset"));

test("a link sets the password once, proves no address, ends every session, and its owner is told", async () => {
  const { email, begun } = await newAccount(unproven);
  const before = Date.now();
  const made = handedLinkSchema.parse(await link(begun.user.id));
  expect(made.url).toMatch(/^http:\/\/localhost:3000\/reset\?token=[\w-]{43}$/);
  expect((Date.parse(made.expiresAt) - before) / 60_000).toBeCloseTo(30, 0);
  expect(await describeLink(context, tokenOf(made), "reset")).toMatchObject({ handedOver: true, happened: null, account: expect.stringContaining("@example.com") });
  expect((await authenticate(context, begun.credential, { use: true })).state).toBe("authenticated");
  expect(await newestMail(context, inbox, email)).toMatchObject({ text: expect.stringContaining("An administrator made a link") });
  expect(await use(made)).toBeUndefined();
  expect([await opens(email, PASSWORD), await opens(email, NEXT), await isGood(made)]).toEqual([false, true, false]);
  expect(await authenticate(context, begun.credential, { use: true })).toMatchObject({ state: "anonymous", ended: { reason: "password_reset" } });
  expect(await context.db.select({ verified: users.emailVerified }).from(users).where(eq(users.id, begun.user.id))).toEqual([{ verified: false }]);
  const told = await context.db.select().from(events).where(and(eq(events.userId, begun.user.id), eq(events.type, "reset_link.made")));
  expect(told).toMatchObject([{ actor: "admin", actorUserId: admin.actor.userId, sessionId: admin.actor.sessionId, detail: {} }]);
});

test("nobody makes one for who holds more, without a step-up, for a disabled account or for nobody", async () => {
  const outcomes: Record<string, Record<string, string>> = {};
  for (const role of ["MANAGER", "ADMIN"]) {
    const { caller: asking, begun } = await userOf(context, role);
    const caller = await holding(asking, "users.manage");
    const own = { secret: begun.proof };
    outcomes[role] = {};
    for (const of of ["USER", "MANAGER", "SUPPORT", "ADMIN", "oneself"]) {
      const made = await makeResetLink(caller, of === "oneself" ? caller.actor.userId : (await userOf(context, of)).userId, own);
      outcomes[role][of] = isFailure(made) ? made.failure : "made";
    }
    for (const nobody of [newId(), "me", ""]) expect(await makeResetLink(caller, nobody, own)).toMatchObject({ failure: "not_found" });
  }
  expect(outcomes).toEqual({
    MANAGER: { USER: "made", MANAGER: "made", SUPPORT: "forbidden", ADMIN: "forbidden", oneself: "made" },
    ADMIN: { USER: "made", MANAGER: "made", SUPPORT: "made", ADMIN: "made", oneself: "made" },
  });
  const userId = await makeUser(context);
  for (const secret of [null, "", "x".repeat(43)]) expect(await makeResetLink(await manager(), userId, { secret })).toMatchObject({ failure: "proof_required", ways: ["password"] });
  good(await updateUser(await manager(), userId, { disabled: true }, PROVEN));
  expect(await makeResetLink(await manager(), userId, proof)).toMatchObject({ failure: "conflict", detail: expect.stringContaining("disabled") });
  expect(await context.db.select().from(outgoingMails).where(eq(outgoingMails.userId, userId))).toEqual([]);
});

describe("what counts is what holds in the transaction that makes it", () => {
  const changes: [string, string, (caller: UserContext, userId: string) => Promise<unknown>][] = [
    ["the caller's session ended", "unauthenticated", (caller) => endSession(caller, caller.actor.sessionId)],
    ["the caller may manage nobody any more", "forbidden", (caller) => context.db.update(users).set({ role: "SUPPORT" }).where(eq(users.id, caller.actor.userId))],
    ["the caller's proof is too old", "proof_required", (caller) => query(world.databaseUrl, "update sessions set proven_at = proven_at - interval '10 minutes' where id = $1", [caller.actor.sessionId])],
    ["the caller's account was changed", "proof_required", (caller) => context.db.update(users).set({ ways: 1 }).where(eq(users.id, caller.actor.userId))],
    ["the user holds more by now", "forbidden", (_, userId) => context.db.update(users).set({ role: "ADMIN" }).where(eq(users.id, userId))],
    ["the caller holds less than the user by now", "forbidden", async (caller, userId) => {
      await context.db.update(users).set({ role: "LESSER" }).where(eq(users.id, caller.actor.userId));
      await context.db.update(users).set({ role: "READER" }).where(eq(users.id, userId));
    }],
    ["the user is disabled by now", "conflict", async (_, userId) => updateUser(await manager(), userId, { disabled: true }, PROVEN)],
  ];
  test.each(changes)("%s: %s", async (_, failure, change) => {
    const { caller, begun } = await userOf(context, "MANAGER");
    const userId = await makeUser(context);
    const late = heldBack(await holding(caller, "users.manage"));
    const making = makeResetLink(late.held, userId, { secret: begun.proof });
    await late.waits;
    await change(caller, userId);
    late.letGo();
    expect(await making).toMatchObject({ failure });
    expect(await context.db.select().from(outgoingMails).where(eq(outgoingMails.userId, userId))).toEqual([]);
  });
});

test("while the caller's session is being ended it waits, and then makes none", async () => {
  const { caller, begun } = await userOf(context, "MANAGER");
  const userId = await makeUser(context);
  const sql = postgres(world.databaseUrl, { max: 1 });
  atEnd(() => sql.end({ timeout: 1 }));
  let making: Promise<unknown> = Promise.resolve();
  await sql.begin(async (tx) => {
    await tx`update sessions set ended_at = clock_timestamp(), end_reason = 'ended_by_user', end_recorded_at = clock_timestamp() where id = ${caller.actor.sessionId}`;
    making = makeResetLink(await holding(caller, "users.manage"), userId, { secret: begun.proof });
    expect(await Promise.race([making, sleep(300, "waits")])).toBe("waits");
  });
  expect(await making).toMatchObject({ failure: "unauthenticated" });
  expect(await context.db.select().from(outgoingMails).where(eq(outgoingMails.userId, userId))).toEqual([]);
});

test("a link makes those before it worthless, whoever made them; of two made at once one is good", async () => {
  for (let round = 0; round < rounds(60); round++) {
    const userId = await makeUser(context);
    const email = `${userId}@example.org`;
    const older = await link(userId);
    const system = async () => good(await makeOperatorsResetLink(context, email));
    const made = await Promise.all([link(userId), system(), link(userId)]);
    expect(await isGood(older)).toBe(false);
    expect((await Promise.all(made.map(isGood))).filter(Boolean)).toHaveLength(1);
  }
});

test("used many times at once it sets one password", async () => {
  for (let round = 0; round < rounds(20); round++) {
    const { email, begun } = await newAccount(unproven);
    const made = await link(begun.user.id);
    const passwords = Array.from({ length: 6 }, (_, index) => `${NEXT} number ${index}`);
    const outcomes = await Promise.all(passwords.map((password) => use(made, password)));
    // A busy machine may ask some to come again, as it would of anyone.
    const { ok, link_over = 0, unavailable = 0 } = tally(outcomes);
    expect([ok, link_over + unavailable]).toEqual([1, 5]);
    expect(await opens(email, passwords[outcomes.indexOf(undefined)] as string)).toBe(true);
  }
});

describe("it comes to nothing", () => {
  test("by a reset and by a going back", async () => {
    const { email, user } = await provenAccount(context, inbox);
    const { userId } = user.actor;
    const [, old] = [await signIn(visitor(context), { email, password: PASSWORD }, newBrowser()), await link(userId)];
    await sendAll(context);
    const back = tokenIn(await newestMail(context, inbox, email, /\/not-me\b/), "not-me");
    expect(await goBack(visitor(context), { token: back })).toMatchObject({ reset: expect.any(String) });
    expect(await use(old)).toMatchObject({ failure: "link_over" });
    const [byHand, byUse] = [await link(userId), await link(userId)];
    expect([await isGood(byHand), await isGood(byUse)]).toEqual([false, true]);
    expect(await use(byUse)).toBeUndefined();
    expect(await use(byUse, PASSWORD)).toMatchObject({ failure: "link_over" });
  });

  test("when the address is another, while the account is disabled, and after half an hour", async () => {
    const change = async (columns: Partial<typeof users.$inferInsert>) => {
      const userId = await makeUser(context);
      const made = await link(userId);
      await context.db.update(users).set(columns).where(eq(users.id, userId));
      return use(made);
    };
    expect(await change({ email: "another@example.org" })).toMatchObject({ failure: "link_over" });
    expect(await change({ disabledAt: new Date() })).toMatchObject({ failure: "link_over" });
    const userId = await makeUser(context);
    const made = await link(userId);
    await query(world.databaseUrl, "update outgoing_mails set link_expires_at = link_expires_at - interval '30 minutes' where user_id = $1 and token_hash is not null", [userId]);
    expect(await use(made)).toMatchObject({ failure: "link_over" });
  });
});

test("the operator's is made by the system and by no request", async () => {
  const { email, begun, user } = await newAccount(unproven);
  for (const caller of [visitor(context), user, await manager()]) expect(await makeOperatorsResetLink(caller, email)).toMatchObject({ failure: "forbidden" });
  expect(await makeOperatorsResetLink(context, "nobody@example.org")).toMatchObject({ failure: "not_found" });
  const made = good(await makeOperatorsResetLink(context, email.toUpperCase()));
  expect(await newestMail(context, inbox, email)).toMatchObject({ text: expect.stringContaining("An administrator made a link") });
  expect(await use(made)).toBeUndefined();
  const told = await context.db.select().from(events).where(and(eq(events.userId, begun.user.id), eq(events.type, "reset_link.made")));
  expect(told).toMatchObject([{ actor: "system", actorUserId: null }]);
});

test("without mail it works, and nobody waits for one", async () => {
  const quiet = { ...context, mailer: null };
  const userId = await makeUser(context);
  const made = good(await makeResetLink(await holding({ ...admin, ...quiet, actor: admin.actor }, "users.manage"), userId, proof));
  expect(await query(world.databaseUrl, "select kind, due_at, facts from outgoing_mails where user_id = $1", [userId])).toEqual([{ kind: "handed_over", due_at: null, facts: {} }]);
  expect(await use(made)).toBeUndefined();
});

test("the token stands in no table and no mail; its hash in one row", async () => {
  const { email, begun } = await newAccount(unproven);
  const token = tokenOf(await link(begun.user.id));
  await sendAll(context);
  const tables = await query<{ name: string }>(world.databaseUrl, "select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public'");
  const found = async (text: string) => {
    const counts = await Promise.all(tables.map(({ name }) => query<{ count: number }>(world.databaseUrl, `select count(*)::int as count from ${name} t where t::text like '%' || $1 || '%'`, [text])));
    return counts.reduce((sum, [row]) => sum + (row?.count ?? 0), 0);
  };
  expect([await found(token), await found(sha256(token))]).toEqual([0, 1]);
  expect((await inbox.mails()).filter((mail) => JSON.stringify(mail).includes(token))).toEqual([]);
  expect((await inbox.mails(email)).some(({ text }) => text.includes("An administrator made a link"))).toBe(true);
});

describe("a link whose maker may do less by the time it is used is worth nothing", () => {
  test.each([
    ["was disabled", (maker: string, _user: string) => context.db.update(users).set({ disabledAt: new Date() }).where(eq(users.id, maker))],
    ["manages nobody any more", (maker: string, _user: string) => context.db.update(users).set({ role: "USER" }).where(eq(users.id, maker))],
    ["is told about somebody who may do more by now", (_maker: string, user: string) => context.db.update(users).set({ role: "ADMIN" }).where(eq(users.id, user))],
  ])("because the administrator %s", async (_what, change) => {
    const { caller, begun } = await userOf(context, "MANAGER");
    const { email, begun: owners } = await newAccount(unproven);
    const made = good(await makeResetLink(await holding(caller, "users.manage"), owners.user.id, { secret: begun.proof }));
    await change(caller.actor.userId, owners.user.id);
    expect(await use(made)).toMatchObject({ failure: "link_over" });
    expect(await opens(email, PASSWORD)).toBe(true);
  });
});

describe("a link made in a session of an administrator dies when that administrator gets back in", () => {
  async function madeBy() {
    const { caller, begun } = await userOf(context, "MANAGER");
    const { email, begun: owners } = await newAccount(unproven);
    return { maker: caller.actor.userId, email, made: good(await makeResetLink(await holding(caller, "users.manage"), owners.user.id, { secret: begun.proof })) };
  }

  test("by a reset of their own", async () => {
    const { maker, email, made } = await madeBy();
    expect(await use(await link(maker))).toBeUndefined();
    expect(await use(made)).toMatchObject({ failure: "link_over" });
    expect(await opens(email, PASSWORD)).toBe(true);
  });

  test("also when it was being used at that moment", async () => {
    const { maker, email, made } = await madeBy();
    const sql = postgres(world.databaseUrl, { max: 1 });
    atEnd(() => sql.end({ timeout: 1 }));
    let using: Promise<unknown> = Promise.resolve();
    await sql.begin(async (tx) => {
      await tx`update users set ways = ways + 1, cuts = cuts + 1 where id = ${maker}`;
      using = use(made);
      expect(await Promise.race([using, sleep(1_500, "waits")])).toBe("waits");
    });
    expect(await using).toMatchObject({ failure: "link_over" });
    expect(await opens(email, PASSWORD)).toBe(true);
  });

  test("and two who made links for each other use them at once", async () => {
    for (let round = 0; round < rounds(20); round++) {
      const [a, b] = [await userOf(context, "MANAGER"), await userOf(context, "MANAGER")];
      const make = async (by: typeof a, of: typeof a) => good(await makeResetLink(await holding(by.caller, "users.manage"), of.userId, { secret: by.begun.proof }));
      const [one, two] = [await make(a, b), await make(b, a)];
      expect(tally(await Promise.all([use(one), use(two)]))).toEqual({ ok: 1, link_over: 1 });
    }
  });
});
