import { z } from "zod";
import type { UserContext } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import { type Page, pageQuery } from "@/lib/core/page";
import { ownEventView } from "./event-view";
import { type Event, eventTypes } from "./schema";
import { selectEvents } from "./select-events";

export const eventsQuery = pageQuery.extend({ type: z.enum(eventTypes).optional() });
export type EventsQuery = z.infer<typeof eventsQuery>;

/** What happened to the user's account, newest first; a page is shorter by what a newer version wrote. Errors: `invalid_input` (cursor). */
export async function listEvents(context: UserContext, query: EventsQuery): Promise<Page<Event> | Failure> {
  const selected = await selectEvents(context, query);
  return isFailure(selected) ? selected : { ...selected, items: selected.items.flatMap((row) => ownEventView(row) ?? []) };
}
