import { setTimeout as sleep } from "node:timers/promises";
import { eq } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { sessions } from "@/db/schema";
import type { Context, UserContext } from "@/lib/core/context";
import { type EventsQuery, eventsQuery } from "@/lib/events/list-events";
import { endSession } from "@/lib/sessions/end-session";
import { listActivity } from "@/lib/sessions/list-activity";
import type { Activity } from "@/lib/sessions/schema";
import { good } from "@/tests/support/administrators";
import { openTestWorld } from "@/tests/support/context";
import { begin, makeUser, ownerOf, trust } from "@/tests/support/sessions";

let context: Context;

beforeAll(async () => {
  context = (await openTestWorld({ MAX_CONCURRENT_SESSIONS: "50" })).context;
  await trust(context);
});

const asked = (given: Record<string, string> = {}): EventsQuery => eventsQuery.parse(given);

async function pagesOf(owner: UserContext, given: Record<string, string>): Promise<Activity[][]> {
  const pages: Activity[][] = [];
  let cursor: string | null | undefined;
  do {
    const page = good(await listActivity(owner, asked({ ...given, ...(cursor && { cursor }) })));
    pages.push(page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return pages;
}

const told = ({ event, session }: Activity) => [event.type, event.sessionId, event.detail.reason ?? null, session && (session.endedAt === null ? "lives" : "ended")];

test("a session that was signed out of or ran out stands once, where it began; an end that somebody brought about has its own place", async () => {
  const userId = await makeUser(context);
  const short = { ...context, settings: { ...context.settings, SESSION_TTL_SECONDS: 1 } };
  const signedOut = await begin(context, userId);
  good(await endSession(ownerOf(context, signedOut), signedOut.credential.s));
  const ended = await begin(context, userId);
  const passed = await begin(short, userId);
  const current = await begin(context, userId);
  const owner = ownerOf(context, current);
  good(await endSession(owner, ended.credential.s));
  await sleep(1_200);

  const { items } = good(await listActivity(owner, asked()));
  expect(items.map(told)).toEqual([
    ["session.ended", ended.credential.s, "ended_by_user", null],
    ["sign_in.succeeded", current.credential.s, null, "lives"],
    ["sign_in.succeeded", passed.credential.s, null, "ended"],
    ["sign_in.succeeded", ended.credential.s, null, "ended"],
    ["sign_in.succeeded", signedOut.credential.s, null, "ended"],
  ]);
  const { items: ends } = good(await listActivity(owner, asked({ type: "session.ended" })));
  expect(ends.map(told)).toEqual([
    ["session.ended", ended.credential.s, "ended_by_user", null],
    ["session.ended", signedOut.credential.s, "signed_out", null],
  ]);
  const [line, end] = [Date.parse(items.at(-1)?.session?.endedAt ?? ""), Date.parse(ends.at(-1)?.event.at ?? "")];
  expect(Math.abs(line - end)).toBeLessThan(1_000);
});

test("pages are full and hold every session once, with its end beside it, wherever that end lies", async () => {
  const userId = await makeUser(context);
  const begun = [];
  for (let index = 0; index < 9; index++) begun.push(await begin(context, userId));
  // The first that began ends last: its end is newer than all else.
  for (const one of begun.slice(0, 7).toReversed()) good(await endSession(ownerOf(context, one), one.credential.s));
  const owner = ownerOf(context, begun[8] as (typeof begun)[number]);
  const pages = await pagesOf(owner, { limit: "2" });
  expect(pages.map(({ length }) => length)).toEqual([2, 2, 2, 2, 1]);
  expect(pages.flat().map(told)).toEqual(begun.toReversed().map(({ credential }, index) => ["sign_in.succeeded", credential.s, null, index < 2 ? "lives" : "ended"]));
  expect((await pagesOf(owner, { limit: "2", type: "session.ended" })).flat()).toHaveLength(7);
  expect(await listActivity(owner, { limit: 5, cursor: "x" })).toMatchObject({ failure: "invalid_input" });
});

test("nothing of anybody else's, and an end whose session the ledger no longer has is not lost", async () => {
  const [mine, other] = [await begin(context, await makeUser(context)), await begin(context, await makeUser(context))];
  const owner = ownerOf(context, mine);
  const past = await begin(context, mine.credential.u);
  good(await endSession(ownerOf(context, past), past.credential.s));
  await context.db.delete(sessions).where(eq(sessions.id, past.credential.s));
  const { items } = good(await listActivity(owner, asked()));
  expect(items.map(({ event, session }) => [event.type, session])).toEqual([["session.ended", null], ["sign_in.succeeded", null], ["sign_in.succeeded", { endedAt: null }]]);
  expect(JSON.stringify(items)).not.toContain(other.credential.s);
});
