import { and, desc, eq, gte, lt, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { z } from "zod";
import { devices, events, users } from "@/db/schema";
import type { AdminContext } from "@/lib/access/require-permission";
import { type Failure, isFailure } from "@/lib/core/errors";
import { decodeCursor, encodeCursor, type Page, pageQuery } from "@/lib/core/page";
import { iso } from "@/lib/core/time";
import { eventView } from "@/lib/events/event-view";
import { eventTypes } from "@/lib/events/schema";
import { ownerView } from "./owner-view";
import type { AdminEvent } from "./schema";

const DAY = 86_400_000;

/** A day or a moment, UTC unless it says otherwise. `end`: a day is meant up to its last moment. */
function timeSchema(end: boolean) {
  return z.union([z.iso.date(), z.iso.datetime({ offset: true })], "is no date and no time (ISO 8601)").transform((text, check) => {
    const time = Date.parse(text) + (end && text.length === 10 ? DAY : 0);
    if (time >= 0 && time < 253_402_300_800_000) return new Date(time);
    check.addIssue({ code: "custom", message: "is out of range" });
    return z.NEVER;
  });
}

export const allEventsFilter = {
  type: z.enum(eventTypes).optional(),
  userId: z.uuid().optional(),
  from: timeSchema(false).optional(),
  to: timeSchema(true).optional(),
};
export const allEventsQuery = pageQuery.extend(allEventsFilter);
export type AllEventsQuery = z.infer<typeof allEventsQuery>;

const cursorKeys = z.tuple([z.int().min(0).max(253_402_300_799_999), z.uuid()]);

/** What happened to everyone's accounts, newest first; a page is shorter by what a newer version wrote. Errors: `invalid_input` (cursor). */
export async function listAllEvents(context: AdminContext<"events.read">, query: AllEventsQuery): Promise<Page<AdminEvent> | Failure> {
  const { type, userId, from, to, limit, cursor } = query;
  const after = decodeCursor(cursor, cursorKeys);
  if (isFailure(after)) return after;
  const doers = alias(users, "doers");
  const rows = await context.db
    .select({ event: events, given: devices.givenName, derived: devices.derivedName, user: users, doer: doers })
    .from(events)
    .leftJoin(devices, eq(devices.id, events.deviceId))
    .leftJoin(users, eq(users.id, events.userId))
    .leftJoin(doers, eq(doers.id, events.actorUserId))
    .where(
      and(
        type && eq(events.type, type),
        userId ? eq(events.userId, userId) : undefined,
        from && gte(events.at, from),
        to && lt(events.at, to),
        after ? sql`(${events.at}, ${events.id}) < (${iso(after[0])}::timestamptz, ${after[1]}::uuid)` : undefined,
      ),
    )
    .orderBy(desc(events.at), desc(events.id))
    .limit(limit + 1);
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1)?.event : undefined;
  return {
    items: page.flatMap((row) => {
      const view = eventView(row);
      if (!view) return [];
      const by = row.doer && row.doer.id !== row.user?.id ? ownerView(context.settings, row.doer) : null;
      return { ...view, user: row.user && ownerView(context.settings, row.user), by };
    }),
    nextCursor: last ? encodeCursor([last.at.getTime(), last.id]) : null,
  };
}
