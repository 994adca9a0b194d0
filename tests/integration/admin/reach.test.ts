import { eq } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { events, roles, users } from "@/db/schema";
import { endAnySession } from "@/lib/admin/end-any-session";
import { endMatchingSessions } from "@/lib/admin/end-matching-sessions";
import { endSelectedSessions } from "@/lib/admin/end-selected-sessions";
import { endMatchingInput } from "@/lib/admin/session-filter";
import type { Permission } from "@/lib/access/schema";
import type { Context } from "@/lib/core/context";
import { authenticate } from "@/lib/sessions/authenticate";
import type { Begun } from "@/lib/sessions/begin-session";
import { good, holding, PROVEN, userOf } from "@/tests/support/administrators";
import { openTestWorld } from "@/tests/support/context";
import { begin, makeUser, trust, visitorOf } from "@/tests/support/sessions";

let context: Context;

beforeAll(async () => {
  context = (await openTestWorld()).context;
  await trust(context);
  const made: [string, (Permission | "of.a.newer.version")[]][] = [["ENDER", ["sessions.end"]], ["READER", ["sessions.read"]], ["NEWER", ["sessions.read", "of.a.newer.version"]]];
  for (const [name, permissions] of made) await context.db.insert(roles).values({ name, permissions });
});

const endingAs = async (role: string) => holding((await userOf(context, role)).caller, "sessions.end");
const idOf = ({ credential }: Begun) => credential.s;
const lives = async ({ credential }: Begun) => (await authenticate(visitorOf(context), credential, { use: true })).state === "authenticated";
const input = (given: Record<string, unknown>) => endMatchingInput.parse({ dryRun: false, ...given });

/** One session each of people of these roles, by role; all are found by `q`. */
async function people(q: string, ...names: string[]): Promise<Record<string, Begun>> {
  const begun: Record<string, Begun> = {};
  for (const role of names) {
    const person = await userOf(context, role);
    await context.db.update(users).set({ name: `${q} ${role}` }).where(eq(users.id, person.userId));
    begun[role] = person.begun;
  }
  return begun;
}

test("nobody ends a session of who holds more, and those who hold as much or less lose theirs", async () => {
  const outcomes: Record<string, Record<string, string>> = {};
  for (const role of ["ENDER", "SUPPORT", "ADMIN"]) {
    const caller = await endingAs(role);
    const theirs = await people("single", "USER", "ENDER", "READER", "NEWER", "SUPPORT", "ADMIN");
    outcomes[role] = {};
    for (const [name, begun] of Object.entries(theirs)) {
      const outcome = await endAnySession(caller, idOf(begun));
      outcomes[role][name] = "failure" in outcome ? outcome.failure : "ended";
      expect(await lives(begun), `${name} by ${role}`).toBe("failure" in outcome);
    }
  }
  expect(outcomes).toEqual({
    ENDER: { USER: "ended", ENDER: "ended", READER: "forbidden", NEWER: "forbidden", SUPPORT: "forbidden", ADMIN: "forbidden" },
    SUPPORT: { USER: "ended", ENDER: "ended", READER: "ended", NEWER: "ended", SUPPORT: "ended", ADMIN: "forbidden" },
    ADMIN: { USER: "ended", ENDER: "ended", READER: "ended", NEWER: "ended", SUPPORT: "ended", ADMIN: "ended" },
  });
});

test("what is picked by hand and holds more is refused, with all that was picked beside it", async () => {
  const support = await endingAs("SUPPORT");
  const { USER, ADMIN } = await people("picked", "USER", "ADMIN") as { USER: Begun; ADMIN: Begun };
  expect(await endSelectedSessions(support, [idOf(USER), idOf(ADMIN)], PROVEN)).toMatchObject({ failure: "forbidden", detail: expect.stringContaining("no more than you") });
  expect([await lives(USER), await lives(ADMIN)]).toEqual([true, true]);
  expect(good(await endSelectedSessions(support, [idOf(USER)], PROVEN))).toEqual({ ended: 1 });
  expect(good(await endSelectedSessions(await endingAs("ADMIN"), [idOf(ADMIN)], PROVEN))).toEqual({ ended: 1 });
});

test("what a filter means leaves them out, in the count as in the end", async () => {
  const support = await endingAs("SUPPORT");
  const { USER, READER, ADMIN } = await people("Meant", "USER", "READER", "ADMIN") as { USER: Begun; READER: Begun; ADMIN: Begun };
  expect(good(await endMatchingSessions(support, input({ q: "meant", dryRun: true }), PROVEN))).toEqual({ matched: 2, users: 2, ended: 0 });
  expect(good(await endMatchingSessions(support, input({ q: "meant" }), PROVEN))).toEqual({ matched: 2, users: 2, ended: 2 });
  expect([await lives(USER), await lives(READER), await lives(ADMIN)]).toEqual([false, false, true]);
  expect(good(await endMatchingSessions(support, input({ userId: ADMIN.credential.u }), PROVEN))).toEqual({ matched: 0, users: 0, ended: 0 });
  expect(await lives(ADMIN)).toBe(true);
  const told = (await context.db.select().from(events).where(eq(events.type, "sessions.bulk_ended"))).filter(({ actorUserId }) => actorUserId === support.actor.userId);
  expect(told).toMatchObject([{ detail: { matched: 2, users: 2 } }]);
  expect(good(await endMatchingSessions(await endingAs("ADMIN"), input({ q: "meant" }), PROVEN))).toEqual({ matched: 1, users: 1, ended: 1 });
});

test("what counts is what both hold when it ends, not when the page was shown", async () => {
  const support = await endingAs("SUPPORT");
  const userId = await makeUser(context);
  const begun = await begin(context, userId);
  await context.db.update(users).set({ role: "ADMIN" }).where(eq(users.id, userId));
  expect(await endAnySession(support, idOf(begun))).toMatchObject({ failure: "forbidden" });
  await context.db.update(users).set({ role: "ADMIN" }).where(eq(users.id, support.actor.userId));
  good(await endAnySession(support, idOf(begun)));
  expect(await lives(begun)).toBe(false);
});
