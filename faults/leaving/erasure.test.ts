import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { accountDeletions, events } from "@/db/schema";
import { newId } from "@/lib/core/ids";
import { rollUp } from "@/lib/insights/roll-up";
import { openTestWorld } from "@/tests/support/context";
import { eraseDue } from "@/tests/support/erasing";
import { fillEverything, findMarks } from "@/tests/support/marks";
import { trust } from "@/tests/support/sessions";
import { killAtEachStep } from "../sessions/kill-at-each-step";

const MARK = "Quillon Marquesa";
const ADDRESS = "203.0.113.77";

test("an erasure, killed at any step, is taken up and ends the same: nothing is left, and nothing opens the account meanwhile", async () => {
  const world = await openTestWorld();
  const { context } = world;
  await trust(context);
  let userId = "";
  let happened: { id: string; type: string; at: Date }[] = [];
  const steps = await killAtEachStep(
    world,
    { DATA_DIR: context.settings.DATA_DIR },
    async (victim) => {
      userId = newId();
      await fillEverything(world, userId, MARK, ADDRESS);
      await context.storage.put(`avatars/${userId}/${newId()}-small.webp`, Buffer.from(MARK), "image/webp");
      await context.storage.put(`exports/${userId}/${newId()}/x.zip`, Buffer.from(MARK), "application/zip");
      happened = await context.db.select({ id: events.id, type: events.type, at: events.at }).from(events).where(eq(events.userId, userId));
      return victim.eraseDue();
    },
    async () => {
      const before = await context.db.select().from(accountDeletions);
      for (const { userId: left } of before) await context.db.update(accountDeletions).set({ dueAt: new Date(Date.now() - 1000) }).where(eq(accountDeletions.userId, left));
      await eraseDue(context);
      // As each process does every ten seconds: the figures of today name no browser any more that is gone.
      await rollUp(context);
      expect(await findMarks(world, [MARK, ADDRESS, userId])).toEqual([]);
      for (const { id, type, at } of happened) expect(await context.db.select().from(events).where(eq(events.id, id))).toMatchObject([{ type, at, userId: null, address: null }]);
    },
    12,
  );
  expect(steps).toBeGreaterThan(25);
});
