import { and, desc, eq, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { devices, events, sessions } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import { decodeCursor, encodeCursor, type Page, type PageQuery } from "@/lib/core/page";
import { iso } from "@/lib/core/time";
import type { EventRow } from "./event-view";
import type { EventType } from "./schema";

/** An event and, where the ledger still has it, the session that it speaks of. */
export type SelectedEvent = EventRow & { session: { id: string; endedAt: Date | null } | null };

export type EventsSelection = PageQuery & { type?: EventType | undefined };

/** The last row's time in milliseconds (years PostgreSQL can read) and id. */
const cursorKeys = z.tuple([z.int().min(0).max(253_402_300_799_999), z.uuid()]);

/** The user's events, newest first; `where` is said of events and their sessions. Errors: `invalid_input` (cursor). */
export async function selectEvents(context: UserContext, { type, limit, cursor }: EventsSelection, where?: SQL): Promise<Page<SelectedEvent> | Failure> {
  const after = decodeCursor(cursor, cursorKeys);
  if (isFailure(after)) return after;
  const rows = await context.db
    .select({ event: events, given: devices.givenName, derived: devices.derivedName, session: { id: sessions.id, endedAt: sessions.endedAt } })
    .from(events)
    .leftJoin(devices, eq(devices.id, events.deviceId))
    .leftJoin(sessions, eq(sessions.id, events.sessionId))
    .where(
      and(
        eq(events.userId, context.actor.userId),
        type && eq(events.type, type),
        where,
        after ? sql`(${events.at}, ${events.id}) < (${iso(after[0])}::timestamptz, ${after[1]}::uuid)` : undefined,
      ),
    )
    .orderBy(desc(events.at), desc(events.id))
    .limit(limit + 1);
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1)?.event : undefined;
  return { items, nextCursor: last ? encodeCursor([last.at.getTime(), last.id]) : null };
}
