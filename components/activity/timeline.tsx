"use client";

import { Badge } from "@/components/ui/badge";
import { useTicking, useZone } from "@/components/ui/clock";
import { Time } from "@/components/ui/time";
import { dayNumber, dayWords } from "@/components/ui/time-words";
import { EventIcon } from "./event-icon";
import type { EventView } from "./event-views";

function byDay(events: readonly EventView[], zone: string): [number, EventView[]][] {
  const days = new Map<number, EventView[]>();
  for (const event of events) {
    const day = dayNumber(Date.parse(event.at), zone);
    days.set(day, [...(days.get(day) ?? []), event]);
  }
  return [...days];
}

/** What happened to the account, newest first, gathered by the visitor's own days. */
export function Timeline({ events }: { events: EventView[] }) {
  const zone = useZone();
  const today = useTicking((now) => dayNumber(now, zone));
  return (
    <div className="space-y-6">
      {byDay(events, zone).map(([day, rows]) => (
        <section key={day} aria-labelledby={`day-${day}`}>
          <h2 id={`day-${day}`} className="mb-2 text-14 font-semibold">
            {dayWords(day, today)}
          </h2>
          <ol className="divide-y rounded-lg border bg-surface">
            {rows.map((event) => (
              <li key={event.id} className="flex gap-3 px-4 py-3 sm:px-5">
                <EventIcon type={event.type} unusual={event.unusual !== null} />
                <div className="min-w-0 grow pt-1">
                  <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
                    <span className="font-medium">
                      {event.sentence}
                      {event.own && (
                        <>
                          {" "}
                          <bdi>“{event.own}”</bdi>
                        </>
                      )}
                    </span>
                    {event.unusual && <Badge tone="unusual">{event.unusual}</Badge>}
                  </p>
                  <p className="text-13 text-quiet">
                    {event.device && (
                      <span className="inline-block">
                        <bdi>{event.device}</bdi>
                        {(event.place || event.address) && <>&nbsp;·&nbsp;</>}
                      </span>
                    )}
                    {event.elsewhere && event.address && "done from "}
                    {event.place && <span className="inline-block">{event.place}&nbsp;·&nbsp;</span>}
                    {event.address && <span className="figures inline-block">{event.address}</span>}
                  </p>
                </div>
                <Time at={event.at} form="clock" className="whitespace-nowrap pt-1 text-13 text-quiet" />
              </li>
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}
