import type { events } from "@/db/schema";
import { iso } from "@/lib/core/time";
import { type Event, eventSchema, eventTypes } from "./schema";

/** An event with the names of the device it speaks of. */
export type EventRow = { event: typeof events.$inferSelect; given: string | null; derived: string | null };

/** Null for a kind that this version does not know: in a rolling upgrade newer processes write into the same log. */
export function eventView({ event, given, derived }: EventRow): Event | null {
  if (!isKnown(event.type)) return null;
  const name = given ?? derived;
  return eventSchema.parse({
    id: event.id,
    type: event.type,
    at: iso(event.at),
    actor: event.actor,
    sessionId: event.sessionId,
    device: event.deviceId !== null && name !== null ? { id: event.deviceId, name } : null,
    ip: event.address === null ? null : { address: event.address, country: event.country, city: event.city },
    detail: event.detail,
  });
}

/** As the owner of the account sees it: where an administrator sits and what they noted for each other is not told. */
export function ownEventView(row: EventRow): Event | null {
  const view = eventView(row);
  if (view?.actor !== "admin") return view;
  const { note: _note, bulk: _bulk, ...detail } = view.detail;
  return { ...view, ip: null, detail };
}

function isKnown(type: string): boolean {
  return eventTypes.some((known) => known === type);
}
