import { sql } from "drizzle-orm";
import { events, sessions } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import type { Page } from "@/lib/core/page";
import { isoOrNull } from "@/lib/core/time";
import { ownEventView } from "@/lib/events/event-view";
import type { EventsQuery } from "@/lib/events/list-events";
import { selectEvents } from "@/lib/events/select-events";
import { openSessions } from "./ledger/open-sessions";
import type { Activity } from "./schema";

/**
 * What happened to the user's account, newest first, for reading: a session that ended by itself or was signed out of
 * stands once, where it began, with its end beside it; whoever asks for the ends alone gets every one. An end that
 * somebody brought about has its own place. A page holds as many as the query's limit says, wherever the ends lie.
 * Errors: `invalid_input` (cursor).
 */
export async function listActivity(context: UserContext, query: EventsQuery): Promise<Page<Activity> | Failure> {
  // The ledger's row and the event of its beginning were written together: while one is there, so is the other.
  const told = sql`(${events.type} = 'session.ended' and ${events.detail} ->> 'reason' in ('signed_out', 'expired') and ${sessions.id} is not null)`;
  const selected = await selectEvents(context, query, query.type ? undefined : sql`not ${told}`);
  if (isFailure(selected)) return selected;
  const began = selected.items.filter(({ event }) => event.type === "sign_in.succeeded");
  // What is past its end reads as ended, though the sweeper has not been there.
  const open = began.some(({ session }) => session?.endedAt === null) ? await openSessions(context) : [];
  const passed = new Map(open.map(({ id, endedAt }) => [id, endedAt]));
  return {
    items: selected.items.flatMap((row) => {
      const event = ownEventView(row);
      return event ? { event, session: row.session && began.includes(row) ? { endedAt: isoOrNull(row.session.endedAt) ?? passed.get(row.session.id) ?? null } : null } : [];
    }),
    nextCursor: selected.nextCursor,
  };
}
