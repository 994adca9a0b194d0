import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { listAllSessions } from "@/lib/admin/list-all-sessions";
import { sessionsQuery } from "@/lib/admin/session-filter";
import { listSessions } from "@/lib/sessions/list-sessions";
import { good, holding, userOf } from "@/tests/support/administrators";
import { openTestWorld } from "@/tests/support/context";
import { begin, makeUser, ownerOf, trust } from "@/tests/support/sessions";

test("what is past its end reads as ended in both lists, though no sweeper has been there, and stands there once", async () => {
  const { context } = await openTestWorld();
  await trust(context);
  const { caller } = await userOf(context, "ADMIN");
  const admin = await holding(caller, "sessions.read");
  const userId = await makeUser(context);
  const short = { ...context, settings: { ...context.settings, SESSION_TTL_SECONDS: 1 } };
  const over = [await begin(short, userId), await begin(short, userId)].map(({ credential }) => credential.s);
  const current = await begin(context, userId);
  await sleep(1_200);

  const owner = ownerOf(context, current);
  expect(good(await listSessions(owner, { limit: 50, ended: false })).items.map(({ id }) => id)).toEqual([current.credential.s]);
  const walked = [];
  let cursor: string | null | undefined;
  do {
    const page = good(await listSessions(owner, { limit: 1, ended: true, ...(cursor && { cursor }) }));
    walked.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  expect(walked.map(({ id }) => id)).toEqual([current.credential.s, ...over.toReversed()]);
  expect(walked.slice(1)).toMatchObject([{ endReason: "expired" }, { endReason: "expired" }]);

  for (const [status, ids] of [["ended", over.toReversed()], ["active", [current.credential.s]]] as const) {
    const page = good(await listAllSessions(admin, sessionsQuery.parse({ userId, status })));
    expect(page.items.map(({ id }) => id), status).toEqual(ids);
  }
});
