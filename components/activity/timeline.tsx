"use client";

import { useTicking, useZone } from "@/components/ui/clock";
import { dayNumber, dayWords, shortDayWords } from "@/components/ui/time-words";
import { EventLine } from "./event-line";
import type { EventView } from "./event-views";
import { SessionLine } from "./session-line";

function byDay(events: readonly EventView[], zone: string): [number, EventView[]][] {
  const days = new Map<number, EventView[]>();
  for (const event of events) {
    const day = dayNumber(Date.parse(event.at), zone);
    days.set(day, [...(days.get(day) ?? []), event]);
  }
  return [...days];
}

/** What happened to the account, newest first, gathered by the visitor's own days; a session is one line. */
export function Timeline({ events }: { events: EventView[] }) {
  const zone = useZone();
  const today = useTicking((now) => dayNumber(now, zone));
  return (
    <div className="divide-y overflow-clip rounded-lg border bg-surface">
      {byDay(events, zone).map(([day, rows]) => (
        <section key={day} aria-labelledby={`day-${day}`} className="grid grid-cols-[5rem_minmax(0,1fr)] text-13 sm:grid-cols-[12rem_minmax(0,1fr)]">
          <h2 id={`day-${day}`} className="py-2 ps-3 font-semibold sm:ps-5">
            <span className="max-sm:hidden">{dayWords(day, today)}</span>
            <span className="sm:hidden">{shortDayWords(day, today)}</span>
          </h2>
          <ol className="py-0.5">
            {rows.map((event) => (
              <li key={event.id} className="flex items-start gap-2.5 py-1 pe-3 sm:pe-5">
                {event.session ? <SessionLine event={event} endedAt={event.session.endedAt} /> : <EventLine event={event} />}
              </li>
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}
