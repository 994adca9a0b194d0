import { beforeAll, expect, test } from "vitest";
import { events, users } from "@/db/schema";
import { eq } from "drizzle-orm";
import { exportEvents, exportQuery } from "@/lib/admin/export-events";
import { allEventsQuery, listAllEvents } from "@/lib/admin/list-all-events";
import { type AdminEvent, adminEventSchema } from "@/lib/admin/schema";
import type { AdminContext } from "@/lib/access/require-permission";
import type { Context } from "@/lib/core/context";
import { newId } from "@/lib/core/ids";
import type { EventType } from "@/lib/events/schema";
import { good, holding, userOf } from "@/tests/support/administrators";
import { openTestWorld } from "@/tests/support/context";
import { makeUser, trust } from "@/tests/support/sessions";

let context: Context;
let reader: AdminContext<"events.read">;
let subject: string;

async function write(at: Date, type: EventType = "profile.changed", detail: Record<string, unknown> = {}, userId: string | null = subject) {
  await context.db.insert(events).values({ id: newId(), userId, type, at, actor: "user", detail });
}

beforeAll(async () => {
  context = (await openTestWorld()).context;
  await trust(context);
  reader = await holding((await userOf(context, "SUPPORT")).caller, "events.read");
  subject = await makeUser(context);
  for (let index = 0; index < 1_100; index++) await write(new Date(Date.UTC(2026, 0, 1, 0, 0, index >> 2)));
  await write(new Date("2026-02-01T23:59:59.999Z"), "sign_in.failed");
  await write(new Date("2026-02-02T00:00:00.000Z"), "sign_in.failed", {}, null);
});

const list = async (given: Record<string, string>) => good(await listAllEvents(reader, allEventsQuery.parse(given)));

test("every event once, newest first, with whom it is about and who did it", async () => {
  const seen: AdminEvent[] = [];
  let cursor: string | null = null;
  do {
    const page: { items: AdminEvent[]; nextCursor: string | null } = await list({ userId: subject, type: "profile.changed", limit: "100", ...(cursor && { cursor }) });
    seen.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  expect(new Set(seen.map(({ id }) => id)).size).toBe(1_100);
  expect(seen.map(({ at }) => at)).toEqual(seen.map(({ at }) => at).toSorted().toReversed());
  expect(adminEventSchema.parse(seen[0])).toEqual(seen[0]);
  expect(seen[0]).toMatchObject({ user: { id: subject, email: `${subject}@example.org` }, by: null });
});

test("days are whole, in UTC, to their last moment; moments are exact", async () => {
  const times = async (given: Record<string, string>) => (await list({ type: "sign_in.failed", ...given })).items.map(({ at }) => at);
  expect(await times({ from: "2026-02-01", to: "2026-02-01" })).toEqual(["2026-02-01T23:59:59.999Z"]);
  expect(await times({ from: "2026-02-02" })).toEqual(["2026-02-02T00:00:00.000Z"]);
  expect(await times({ to: "2026-02-01" })).toEqual(["2026-02-01T23:59:59.999Z"]);
  expect(await times({ from: "2026-02-02T01:00:00+01:00" })).toEqual(["2026-02-02T00:00:00.000Z"]);
  expect(await times({ to: "2026-02-02T00:00:00Z" })).toEqual(["2026-02-01T23:59:59.999Z"]);
  for (const bad of [{ from: "yesterday" }, { from: "2026-02-30" }, { to: "0001-01-01" }, { to: "2026-13-01T00:00:00Z" }, { type: "everything" }, { userId: "x" }, { from: "" }, { limit: "0" }, { q: "x" }]) {
    expect(allEventsQuery.safeParse(bad).success, JSON.stringify(bad)).toBe(false);
  }
  expect(await listAllEvents(reader, { limit: 5, cursor: "x" })).toMatchObject({ failure: "invalid_input" });
});

async function exported(given: Record<string, string>): Promise<string> {
  let text = "";
  for await (const piece of exportEvents(reader, exportQuery.parse(given))) text += piece;
  return text;
}

test("the export holds every matching event, as JSON lines the same as the API's", async () => {
  const lines = (await exported({ format: "jsonl", userId: subject })).trimEnd().split("\n");
  expect(lines).toHaveLength(1_101);
  const { items } = await list({ userId: subject, limit: "1" });
  expect(JSON.parse(lines[0] as string)).toEqual(items[0]);
  expect((await exported({ format: "csv", userId: subject })).trimEnd().split("\r\n")).toHaveLength(1_102);
  for (const bad of [{}, { format: "xml" }, { format: "csv", limit: "5" }]) expect(exportQuery.safeParse(bad).success).toBe(false);
});

test("a name that a spreadsheet would take for a formula is text in the export", async () => {
  const formulas = ['=HYPERLINK("https://evil.example";"x")', "+1+1", "-2+3", "@SUM(A1)", "\t1", " =1", "\uFF1D1"];
  for (const [index, email] of formulas.entries()) {
    const id = await makeUser(context);
    await context.db.update(users).set({ email }).where(eq(users.id, id));
    await write(new Date(Date.UTC(2026, 5, 1, 0, 0, index)), "profile.changed", {}, id);
  }
  const text = await exported({ format: "csv", from: "2026-06-01", to: "2026-06-01" });
  for (const email of formulas) expect(text).toContain(`,"'${email.replaceAll('"', '""')}",`);
});

test("who loses the permission while it streams gets no more", async () => {
  const { caller, userId } = await userOf(context, "SUPPORT");
  const stream = exportEvents(await holding(caller, "events.read"), exportQuery.parse({ format: "jsonl", userId: subject }));
  expect((await stream.next()).done).toBe(false);
  await context.db.update(users).set({ role: "USER" }).where(eq(users.id, userId));
  await expect(stream.next()).rejects.toThrow("taken away");
});
