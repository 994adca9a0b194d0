import { beforeAll, expect, test } from "vitest";
import { listAllSessions } from "@/lib/admin/list-all-sessions";
import { listUsers, usersQuery } from "@/lib/admin/list-users";
import { type AdminSession, adminSessionSchema } from "@/lib/admin/schema";
import { sessionsQuery } from "@/lib/admin/session-filter";
import { countriesInUse } from "@/lib/admin/countries-in-use";
import { summariseSessions } from "@/lib/admin/summarise-sessions";
import type { AdminContext } from "@/lib/access/require-permission";
import type { Context } from "@/lib/core/context";
import { systemContext } from "@/lib/platform/system-context";
import { authenticate } from "@/lib/sessions/authenticate";
import { good, holding, userOf } from "@/tests/support/administrators";
import { openTestServices, openTestWorld, type TestWorld } from "@/tests/support/context";
import { startPostgresProxy } from "@/tests/support/postgres-proxy";
import { startRedisProxy } from "@/tests/support/redis-proxy";
import { begin, makeUser, trust, visitorOf } from "@/tests/support/sessions";
import { writeSession } from "@/tests/support/stories";

let world: TestWorld;
let context: Context;
let admin: AdminContext<"sessions.read">;
let own: string;

beforeAll(async () => {
  world = await openTestWorld();
  context = world.context;
  await trust(context);
  const { caller, begun } = await userOf(context, "ADMIN");
  admin = await holding(caller, "sessions.read");
  own = begun.credential.s;
});

const DAY = 86_400_000;
const list = async (given: Record<string, string> = {}) => good(await listAllSessions(admin, sessionsQuery.parse(given)));

async function all(given: Record<string, string>): Promise<AdminSession[]> {
  const seen: AdminSession[] = [];
  let cursor: string | null = null;
  do {
    const page: { items: AdminSession[]; nextCursor: string | null } = await list({ ...given, ...(cursor && { cursor }) });
    seen.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return seen;
}

test("shows whose a session is, exactly the contract's shape, and the caller's own as current", async () => {
  const { items } = await list({ userId: admin.actor.userId });
  expect(items).toHaveLength(1);
  expect(adminSessionSchema.parse(items[0])).toEqual(items[0]);
  expect(items[0]).toMatchObject({ id: own, current: true, user: { id: admin.actor.userId, email: `${admin.actor.userId}@example.org`, name: "Test", image: null }, endedAt: null });
});

test("pages hold every session once, newest or oldest first, live and ended, also many of one millisecond", async () => {
  const at = Date.now() - 3 * DAY;
  const made = [];
  for (let index = 0; index < 23; index++) made.push((await writeSession(context, at + (index >> 3), { email: `paged-${index % 3}@example.org`, ended: index % 2 === 0 })).id);
  for (const status of ["active", "ended", "all"]) {
    const newest = await all({ q: "paged-", status, limit: "4" });
    const expected = made.filter((_, index) => status === "all" || (index % 2 === 0) === (status === "ended"));
    expect(newest.map(({ id }) => id).sort()).toEqual([...expected].sort());
    const keys = newest.map(({ createdAt, id }) => `${createdAt} ${id}`);
    expect(keys).toEqual([...keys].sort().toReversed());
    expect((await all({ q: "paged-", status, limit: "5", sort: "oldest" })).map(({ id }) => id)).toEqual(newest.map(({ id }) => id).toReversed());
  }
});

test("each filter, and all together: prefix of e-mail or name in any case, address, network, country, kind, user", async () => {
  const at = Date.now() - 5 * DAY;
  const ana = await writeSession(context, at, { email: "ana.filter@example.org", name: "Zora Neale", kind: "tablet", address: "198.51.100.77", country: "BR" });
  const bo = await writeSession(context, at, { email: "bo.filter@example.org", name: "ÅSA 100%", kind: "mobile", address: "2001:db8:aa::5", country: null });
  const ids = async (given: Record<string, string>) => (await all(given)).map(({ id }) => id);
  for (const q of ["ana.f", "ANA.FILTER@", "zora", "Zora N", " zora "]) expect(await ids({ q }), q).toEqual([ana.id]);
  for (const q of ["ora", "filter", "%", "_na", "ana\\", "example"]) expect(await ids({ q }), q).toEqual([]);
  expect(await ids({ q: "bo.filter" })).toEqual([bo.id]);
  for (const ip of ["198.51.100.77", "198.51.100.77/32", "198.51.100.64/26", "198.51.100.99/25"]) expect(await ids({ ip }), ip).toEqual([ana.id]);
  expect(await ids({ ip: "198.51.100.0/26" })).toEqual([]);
  for (const ip of ["2001:DB8:AA::5", "2001:db8:aa::/48", "2001:db8::/33"]) expect(await ids({ ip }), ip).toEqual([bo.id]);
  expect(await ids({ ip: "::/0" })).toContain(bo.id);
  expect(await ids({ country: "br" })).toEqual([ana.id]);
  expect(await ids({ kind: "tablet" })).toEqual([ana.id]);
  expect(await ids({ userId: bo.userId })).toEqual([bo.id]);
  expect(await ids({ q: "ana", ip: "198.51.100.0/24", country: "BR", kind: "tablet", userId: ana.userId, status: "all" })).toEqual([ana.id]);
  expect(await ids({ q: "ana", kind: "mobile" })).toEqual([]);
  expect(await countriesInUse(admin)).toEqual(["BR", "DE"]);
});

test("a filter that thousands satisfy finds the same as one that few do", async () => {
  const at = Date.now() - 9 * DAY;
  for (let from = 0; from < 1_200; from += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, index) => writeSession(context, at + from + index, { email: `crowd-${from + index}@example.org`, kind: "app", address: "203.0.113.9", country: "FR" })));
  }
  for (const filter of [{ q: "crowd-" }, { ip: "203.0.113.0/24" }, { country: "FR" }, { kind: "app" }, { q: "crowd-", ip: "203.0.113.9", country: "FR", kind: "app" }]) {
    const found = await all({ ...(filter as Record<string, string>), limit: "100" });
    expect(new Set(found.map(({ id }) => id)).size, JSON.stringify(filter)).toBe(1_200);
  }
  expect((await list({ q: "crowd-77" })).items).toHaveLength(11);
  const summary = await summariseSessions(admin);
  expect(summary.live.exact).toBe(false);
  expect(summary.live.count).toBeGreaterThanOrEqual(1_000);
  expect(summary.fresh).toEqual({ count: expect.any(Number), exact: true });
  expect(summary.sample).toBe(500);
}, 60_000);

test("the last use of a live session is Redis', exact; what is past its end is not among the live", async () => {
  const { credential } = await begin(context, await makeUser(context));
  await new Promise((resolve) => setTimeout(resolve, 30));
  const before = Date.now();
  await authenticate(visitorOf(context), credential, { use: true });
  const after = Date.now();
  const asked = Date.now();
  const [seen] = (await list({ userId: credential.u })).items;
  // PostgreSQL's time is read first, then Redis' remaining life: what lies between them makes a use look that much earlier.
  const between = Date.now() - asked;
  expect(Date.parse(seen?.lastSeenAt as string)).toBeGreaterThanOrEqual(before - between - 3);
  expect(Date.parse(seen?.lastSeenAt as string)).toBeLessThanOrEqual(after + 3);
  const { userId } = await writeSession(context, Date.now() - 2 * DAY);
  await world.context.db.execute(`update sessions set absolute_expires_at = clock_timestamp() - interval '1 second' where user_id = '${userId}'`);
  expect((await list({ userId })).items).toEqual([]);
  expect((await list({ userId, status: "all" })).items).toMatchObject([{ endReason: "expired" }]);
});

test("a page takes a bounded number of statements and one pipelined round trip to Redis, counted on the wire, however many sessions there are", async () => {
  const [postgres, redis] = [await startPostgresProxy(world.databaseUrl), await startRedisProxy(world.redis.url)];
  const counted = systemContext(await openTestServices({ DATABASE_URL: postgres.url, REDIS_URL: redis.url }));
  (await trust(counted)).stop();
  const reader = { ...admin, db: counted.db, redis: counted.redis };
  async function cost(work: () => Promise<unknown>) {
    await work();
    const before = { statements: postgres.statements(), trips: redis.writes() };
    await work();
    return { statements: postgres.statements() - before.statements, trips: redis.writes() - before.trips };
  }
  for (const [given, statements] of [[{}, 1], [{ status: "all" }, 2], [{ status: "ended" }, 2], [{ q: "crowd-", country: "FR", kind: "app", ip: "203.0.113.9", status: "all" }, 6]] as const) {
    const spent = await cost(async () => good(await listAllSessions(reader, sessionsQuery.parse({ limit: "100", ...given }))));
    // Of no live session among the ended ones Redis need be asked.
    expect(spent, JSON.stringify(given)).toEqual({ statements, trips: "status" in given && given.status === "ended" ? 0 : 1 });
  }
  const users = { ...(await holding(admin, "users.read")), db: counted.db, redis: counted.redis };
  // Not clock_timestamp(), which is volatile: no index is searched for it, and a million live sessions would be read.
  const due = postgres.executed().filter((statement) => statement.includes('"check_due_at" <='));
  expect(due.length).toBeGreaterThan(0);
  for (const statement of due) expect(statement).toContain('"check_due_at" <= statement_timestamp()');
  expect(await cost(async () => good(await listUsers(users, usersQuery.parse({ limit: "100", q: "crowd-" }))))).toEqual({ statements: 3, trips: 1 });
});

test("a bad filter, limit or cursor is refused", async () => {
  for (const bad of [
    { ip: "203.0.113" }, { ip: "203.0.113.0/33" }, { ip: "::1/129" }, { ip: "1.2.3.4/" }, { ip: "1.2.3.4/8/8" }, { ip: "fe80::1%eth0" }, { ip: "" }, { ip: "1.2.3.4/-1" },
    { country: "D" }, { country: "DEU" }, { country: "ÄÄ" }, { kind: "toaster" }, { kind: "" }, { userId: "x" }, { userId: "" }, { status: "live" }, { sort: "used" },
    { q: "" }, { q: "  " }, { q: "a\0" }, { q: "x".repeat(300) }, { limit: "0" }, { limit: "101" }, { other: "x" },
  ]) expect(sessionsQuery.safeParse(bad).success, JSON.stringify(bad)).toBe(false);
  for (const cursor of ["", "x", "e30", Buffer.from('["2026-13-01T00:00:00Z","x"]').toString("base64url")]) {
    expect(await listAllSessions(admin, { ...sessionsQuery.parse({}), cursor }), cursor).toMatchObject({ failure: "invalid_input" });
  }
});
