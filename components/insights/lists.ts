import { DAY, startOfDay } from "@/components/ui/time-words";
import type { EventType } from "@/lib/events/schema";

/** What of the other pages for administrators the visitor may see. */
export type MaySee = { sessions: boolean; events: boolean; users: boolean };

/** Where the events of some days are listed. The list's own days are UTC's: elsewhere the moments are said. */
export function eventsHref(type: EventType, from: string, to: string, zone: string): string {
  const number = (day: string) => Date.parse(day) / DAY;
  const range = zone === "UTC" ? { from, to } : { from: new Date(startOfDay(number(from), zone)).toISOString(), to: new Date(startOfDay(number(to) + 1, zone)).toISOString() };
  return `/admin/audit?${new URLSearchParams({ type, ...range })}`;
}

export function sessionsHref(filter: { status?: "all" | "ended"; country?: string; kind?: string }): string {
  const query = new URLSearchParams(filter).toString();
  return query === "" ? "/admin/devices" : `/admin/devices?${query}`;
}
