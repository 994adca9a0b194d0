import { asc, eq, inArray, sql } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { events } from "@/db/schema";
import { bulkEvent } from "@/lib/admin/end-matching-sessions";
import type { Context } from "@/lib/core/context";
import { newId } from "@/lib/core/ids";
import { forgetActsOf, forgetMentions } from "@/lib/events/forget-person";
import { recordEvents } from "@/lib/events/record-events";
import { holding, userOf } from "@/tests/support/administrators";
import { openTestWorld } from "@/tests/support/context";
import { trust } from "@/tests/support/sessions";

const EMAIL = "quilla.filter@example.org";

let context: Context;
let admin: Awaited<ReturnType<typeof adminOf>>;

async function adminOf() {
  return holding((await userOf(context, "ADMIN")).caller, "sessions.end");
}

beforeAll(async () => {
  ({ context } = await openTestWorld());
  await trust(context);
  admin = await adminOf();
});

type Detail = Record<string, unknown>;

/** What is left of these details once somebody of this name, with the address above, was forgotten. */
async function leftOf(name: string, details: (id: string) => Detail[], since?: Date): Promise<Detail[]> {
  const id = newId();
  const [{ now } = { now: "" }] = await context.db.execute<{ now: string }>(sql`select clock_timestamp() as now`);
  const bulk = newId();
  await recordEvents(admin, details(id).map((detail) => bulkEvent(admin, { bulk, ...detail })));
  await forgetMentions(context, { id, name, emails: [EMAIL], addresses: [], createdAt: since ?? new Date(now) });
  const left = await context.db.select({ detail: events.detail }).from(events).where(sql`${events.detail} ->> 'bulk' = ${bulk}`).orderBy(asc(events.id));
  return left.map(({ detail: { bulk: _bulk, ...detail } }) => detail);
}

test("what names somebody goes, and nothing else", async () => {
  const left = await leftOf("Quilla Filter", (id) => [
    { filter: { q: "QUILLA FILTER", country: "DE" }, note: "for Quilla Filter" },
    { filter: { q: "Quilla.Fil" }, note: `quilla filter's (${EMAIL}), <${id}>. Quilla Filter` },
    { filter: { userId: id }, note: "asked by telephone", matched: 3 },
    { what: "audit", userId: id, from: "2026-01-01T00:00:00.000Z" },
    { filter: { q: EMAIL.toUpperCase() } },
  ]);
  expect(left).toEqual([
    { filter: { country: "DE" }, note: "for …" },
    { filter: {}, note: "…'s (…), <…>. …" },
    { filter: {}, note: "asked by telephone", matched: 3 },
    { what: "audit", from: "2026-01-01T00:00:00.000Z" },
    { filter: {} },
  ]);
});

test("what only holds a name, an address or an id inside of something longer names somebody else", async () => {
  const others = (id: string) => [
    { filter: { q: "qui" }, note: `x${EMAIL} ${EMAIL}.au +${EMAIL} ${EMAIL}-x` },
    { filter: { q: `x${EMAIL}` }, note: "Filters and prefilter, filter-paper, filter@example.org, FILTER_1, a.filter.b" },
    { filter: { userId: newId() }, note: `${id}1 a${id}` },
    { userId: `${id}x` },
  ];
  const details: Detail[] = [];
  expect(await leftOf("Filter", (id) => (details.push(...others(id)), details))).toEqual(details);
});

test.for([".com", "tion", "0192", "mallory@example.com", ".*", "stolen)|(laptop", "a", "\\", "%"])("nobody who calls themselves %s wipes anything", async (name) => {
  const details = [
    { filter: { q: "mallory@example.com" }, note: "a stolen laptop, from the station; mallory@example.com has it" },
    { filter: { userId: "0192e4a0-0000-7000-8000-000000000000" }, note: "as 0192e4a0-0000-7000-8000-000000000000 asked" },
  ];
  expect(await leftOf(name, () => details)).toEqual(details);
});

test("what was noted before the account was is not about it", async () => {
  const details = [{ filter: { q: "Mallory Later" }, note: "Mallory Later has it" }];
  expect(await leftOf("Mallory Later", () => details, new Date(Date.now() + 60_000))).toEqual(details);
});

test("what somebody did to another's account in no office keeps where it came from, and names them no more", async () => {
  const [doer, other] = [await userOf(context, "USER"), await userOf(context, "USER")];
  const session = { sessionId: other.begun.session.id };
  await recordEvents(doer.caller, [
    { userId: other.userId, type: "sign_in.failed", ...session },
    { userId: null, type: "sign_in.failed", ...session },
    { userId: other.userId, type: "role.changed", actor: "admin", ...session },
  ]);
  const written = await context.db.select().from(events).where(eq(events.actorUserId, doer.userId)).orderBy(asc(events.id));
  const [onOther, onNobody, office] = written.slice(-3);
  expect(onOther).toMatchObject({ address: expect.any(String), ...session });
  await forgetActsOf(context, doer.userId);
  const left = await context.db.select().from(events).where(inArray(events.id, written.slice(-3).map(({ id }) => id))).orderBy(asc(events.id));
  const nobody = { actorUserId: null, sessionId: null, deviceId: null, address: null, country: null, city: null };
  expect(left).toEqual([{ ...onOther, actorUserId: null }, { ...onNobody, ...nobody }, { ...office, ...nobody }]);
});
