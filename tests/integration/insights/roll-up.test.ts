import { expect, test } from "vitest";
import { rollUp } from "@/lib/insights/roll-up";
import { openTestWorld } from "@/tests/support/context";
import { keptCounts, recount } from "./recount";
import { writeHistory } from "./history";

const DAY = 86_400_000;

test.for(["UTC", "Pacific/Auckland", "America/New_York"])("what is kept is what the ledger and the events tell (%s)", async (zone) => {
  const { context } = await openTestWorld({ TIME_ZONE: zone });
  const now = new Date();
  await writeHistory(context, { seed: 1, from: new Date(now.getTime() - 30 * DAY), to: now });
  expect(await rollUp(context)).toBeGreaterThan(29);
  expect(await keptCounts(context)).toEqual(await recount(context));
});
