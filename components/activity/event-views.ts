import type { Ip } from "@/lib/addresses/schema";
import { placeName } from "@/lib/core/place-name";
import type { Event } from "@/lib/events/schema";
import type { Activity } from "@/lib/sessions/schema";
import { eventWords, type EventWords } from "./event-words";
import { unusualWords } from "./unusual-words";

export type EventView = EventWords & {
  id: string;
  type: Event["type"];
  at: string;
  device: string | null;
  place: string | null;
  /** The place's town alone. */
  town: string | null;
  address: string | null;
  /** The device is the one that it was done to; address and place are those of whoever did it. */
  elsewhere: boolean;
  /** Of a sign-in: when the session that began with it ended; null for other events, and for a session long gone. */
  session: Activity["session"];
  /** Why one should look at it: "New address", "New country", "Failed"; null for what is ordinary. */
  unusual: string | null;
};

/** An address counts as first seen by the event that came within these milliseconds of it. */
const SAME_MOMENT = 10_000;

function isDoneElsewhere({ type, detail, actor }: Event): boolean {
  if (type === "session.ended") return actor !== "system" && detail.reason !== "signed_out";
  if (type === "approval.given" || type === "approval.refused") return true;
  return type === "device.named" || type === "device.forgotten" || detail.what === "trusted_device";
}

function deviceOf({ device, detail }: Event): string | null {
  return device?.name ?? (typeof detail.device === "string" ? detail.device : null);
}

/** Events as the timeline shows them. An address is new where the account was first used from it, but for its very first. */
export function eventViews(activity: readonly Activity[], addresses: readonly Ip[]): EventView[] {
  const firstSeen = addresses.map((ip) => Date.parse(ip.firstSeenAt));
  const first = Math.min(...firstSeen);
  const isNew = (event: Event) =>
    (event.type === "sign_in.succeeded" || event.type === "session.address_changed") &&
    addresses.some((ip, index) => {
      const at = firstSeen[index] ?? first;
      return at !== first && ip.address === event.ip?.address && Math.abs(at - Date.parse(event.at)) < SAME_MOMENT;
    });
  return activity.map(({ event, session }) => ({
    ...eventWords(event),
    id: event.id,
    type: event.type,
    at: event.at,
    device: deviceOf(event),
    place: event.ip && placeName(event.ip),
    town: event.ip?.city ?? null,
    address: event.ip?.address ?? null,
    session,
    elsewhere: isDoneElsewhere(event),
    unusual: unusualWords(event) ?? (isNew(event) ? "New address" : null),
  }));
}
