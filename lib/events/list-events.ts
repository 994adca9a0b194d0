import { and, desc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { devices, events } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import { decodeCursor, encodeCursor, type Page, pageQuery } from "@/lib/core/page";
import { iso } from "@/lib/core/time";
import { ownEventView } from "./event-view";
import { type Event, eventTypes } from "./schema";

export const eventsQuery = pageQuery.extend({ type: z.enum(eventTypes).optional() });
export type EventsQuery = z.infer<typeof eventsQuery>;

/** The last row's time in milliseconds (years PostgreSQL can read) and id. */
const cursorKeys = z.tuple([z.int().min(0).max(253_402_300_799_999), z.uuid()]);

/** What happened to the user's account, newest first. Errors: `invalid_input` (cursor). */
export async function listEvents(context: UserContext, query: EventsQuery): Promise<Page<Event> | Failure> {
  const after = decodeCursor(query.cursor, cursorKeys);
  if (isFailure(after)) return after;
  const rows = await context.db
    .select({ event: events, given: devices.givenName, derived: devices.derivedName })
    .from(events)
    .leftJoin(devices, eq(devices.id, events.deviceId))
    .where(
      and(
        eq(events.userId, context.actor.userId),
        query.type && eq(events.type, query.type),
        after ? sql`(${events.at}, ${events.id}) < (${iso(after[0])}::timestamptz, ${after[1]}::uuid)` : undefined,
      ),
    )
    .orderBy(desc(events.at), desc(events.id))
    .limit(query.limit + 1);
  const page = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? page.at(-1)?.event : undefined;
  return { items: page.map(ownEventView), nextCursor: last ? encodeCursor([last.at.getTime(), last.id]) : null };
}
