import type { events } from "@/db/schema";
import { iso } from "@/lib/core/time";
import { type Event, eventSchema } from "./schema";

/** An event with the names of the device it speaks of. */
export type EventRow = { event: typeof events.$inferSelect; given: string | null; derived: string | null };

export function eventView({ event, given, derived }: EventRow): Event {
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
export function ownEventView(row: EventRow): Event {
  const view = eventView(row);
  if (view.actor !== "admin") return view;
  const { note: _note, bulk: _bulk, ...detail } = view.detail;
  return { ...view, ip: null, detail };
}
