import { asc, inArray, lte, sql } from "drizzle-orm";
import { avatarRequests, statementTime } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { isOutage } from "@/lib/core/outage";
import { fulfilRequest } from "./fulfil-request";

/** They wait for Gravatar most of the time. */
const AT_ONCE = 20;
/** Longer than one try can take; whoever takes a wish up and dies leaves it to another after this. */
const LEASE_SECONDS = 30;

/** Sees to the wishes for a Gravatar that are due, a few at once; several processes never take the same one. How many. */
export async function fulfilDueRequests(context: Context): Promise<number> {
  const due = context.db
    .select({ userId: avatarRequests.userId })
    .from(avatarRequests)
    .where(lte(avatarRequests.dueAt, statementTime))
    .orderBy(asc(avatarRequests.dueAt))
    .limit(AT_ONCE)
    .for("update", { skipLocked: true });
  const taken = await context.db
    .update(avatarRequests)
    .set({ dueAt: sql`clock_timestamp() + make_interval(secs => ${LEASE_SECONDS})`, tries: sql`${avatarRequests.tries} + 1` })
    .where(inArray(avatarRequests.userId, due))
    .returning();
  await Promise.all(
    taken.map(async (request) => {
      try {
        const done = await fulfilRequest(context, request);
        if (isFailure(done)) context.log.warn({ code: done.failure }, "avatars: a picture could not be made yet");
      } catch (error) {
        context.log[isOutage(error) ? "warn" : "error"]({ err: error }, "avatars: a picture could not be made yet");
      }
    }),
  );
  return taken.length;
}
