import { beforeAll, expect, test } from "vitest";
import { updateProfile } from "@/lib/users/update-profile";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { encodeCursor } from "@/lib/core/page";
import { type EventsQuery, eventsQuery, listEvents } from "@/lib/events/list-events";
import type { Event } from "@/lib/events/schema";
import { newAccount } from "@/tests/integration/auth/account";
import { openTestWorld, type TestWorld } from "@/tests/support/context";
import { trust } from "@/tests/support/sessions";
import { listAllEvents, allEventsQuery } from "@/lib/admin/list-all-events";
import { authenticate } from "@/lib/sessions/authenticate";
import { listActivity } from "@/lib/sessions/list-activity";
import { listSessions } from "@/lib/sessions/list-sessions";
import { trustRedis } from "@/lib/sessions/trust-redis";
import { good, holding, userOf } from "@/tests/support/administrators";
import { query } from "@/scripts/servers/query";

let world: TestWorld;
let context: Context;

beforeAll(async () => {
  world = await openTestWorld();
  context = world.context;
  await trust(context);
});

const asked = (given: Record<string, string> = {}): EventsQuery => eventsQuery.parse(given);

test("pages hold every event once, newest first, also many of one millisecond, and only one's own", async () => {
  const { user, begun } = await newAccount(context);
  const other = await newAccount(context);
  for (let index = 0; index < 23; index++) await updateProfile(user, { name: `Zo ${index}` });
  await query(world.databaseUrl, "update events set at = date_trunc('second', at) where user_id = $1", [begun.user.id]);
  const seen: Event[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await listEvents(user, { ...asked({ limit: "4" }), ...(cursor ? { cursor } : {}) });
    if (isFailure(page)) throw new Error(page.failure);
    expect(page.items.length).toBeLessThanOrEqual(4);
    seen.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  const stored = await query<{ id: string }>(world.databaseUrl, "select id from events where user_id = $1 order by at desc, id desc", [begun.user.id]);
  expect(seen.map(({ id }) => id)).toEqual(stored.map(({ id }) => id));
  expect(seen).toHaveLength(25);
  expect(seen.some(({ sessionId }) => sessionId === other.begun.session.id)).toBe(false);
});

test("an event tells device and address; a type filters", async () => {
  const { user, begun } = await newAccount(context);
  const page = await listEvents(user, asked({ type: "sign_in.succeeded" }));
  expect(page).toEqual({
    items: [
      {
        id: expect.any(String),
        type: "sign_in.succeeded",
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        actor: "user",
        sessionId: begun.session.id,
        device: { id: begun.session.device.id, name: "Firefox on Linux" },
        ip: begun.session.ip,
        detail: {},
      },
    ],
    nextCursor: null,
  });
});

test("a type, limit or cursor that is none is refused", async () => {
  const { user } = await newAccount(context);
  for (const bad of [{ type: "everything" }, { type: "" }, { limit: "0" }, { limit: "101" }, { limit: "1.5" }, { limit: "x" }, { cursor: "x".repeat(600) }, { other: "x" }]) {
    expect(eventsQuery.safeParse(bad).success, JSON.stringify(bad)).toBe(false);
  }
  const cursors = ["", "x", encodeCursor([1]), encodeCursor([Number.MAX_SAFE_INTEGER, user.actor.userId]), encodeCursor([-1, user.actor.userId]), encodeCursor([1, "x"]), encodeCursor(["1", user.actor.userId])];
  for (const cursor of cursors) expect(await listEvents(user, { limit: 50, cursor }), cursor).toMatchObject({ failure: "invalid_input" });
});

test("what a newer version has written in a rolling upgrade breaks nothing here: its events are passed over, its reasons are none that is known", async () => {
  const { user, begun } = await newAccount(context);
  const { user: other, begun: ended } = await newAccount(context);
  const admin = await holding((await userOf(context, "ADMIN")).caller, "events.read");
  const seen = async () => [
    good(await listEvents(user, asked())).items.map(({ type }) => type),
    good(await listActivity(user, asked())).items.map(({ event }) => event.type),
    good(await listAllEvents(admin, allEventsQuery.parse({ userId: begun.user.id }))).items.map(({ type }) => type),
  ];
  const before = await seen();
  await query(world.databaseUrl, "insert into events (id, user_id, type, actor) values (gen_random_uuid(), $1, 'account.merged', 'user')", [begun.user.id]);
  expect(await seen()).toEqual(before);

  await query(world.databaseUrl, "update sessions set ended_at = clock_timestamp(), end_recorded_at = clock_timestamp(), end_reason = 'merged' where id = $1", [ended.session.id]);
  await trustRedis(context);
  expect(await authenticate(context, ended.credential, { use: true })).toMatchObject({ state: "anonymous" });
  const past = good(await listSessions(other, { limit: 50, ended: true })).items;
  expect(past).toMatchObject([{ id: ended.session.id, endedAt: expect.any(String), endReason: null }]);
});
