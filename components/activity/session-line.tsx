"use client";

import { Badge } from "@/components/ui/badge";
import { classes } from "@/components/ui/classes";
import { useZone } from "@/components/ui/clock";
import { Time } from "@/components/ui/time";
import { dayNumber } from "@/components/ui/time-words";
import { EventIcon } from "./event-icon";
import type { EventView } from "./event-views";

function Where({ short, full }: { short: string; full: string }) {
  return (
    <span>
      <span className="sm:hidden">{short}</span>
      <span className="max-sm:hidden">{full}</span>
    </span>
  );
}

/** A session from its beginning to its end: "Office · 08:25–14:49 · Berlin". On a phone its country and its address are left out, unless it is unusual. */
export function SessionLine({ event, endedAt }: { event: EventView; endedAt: string | null }) {
  const zone = useZone();
  const { at, device, place, address, unusual } = event;
  const sameDay = endedAt !== null && dayNumber(Date.parse(endedAt), zone) === dayNumber(Date.parse(at), zone);
  return (
    <>
      <span className="max-sm:hidden">
        <EventIcon type={event.type} unusual={unusual !== null} />
      </span>
      <p className="flex min-w-0 grow flex-wrap items-center gap-x-2 pt-0.5">
        <span className="dots text-quiet">
          <span>
            <span className="sr-only">{event.sentence} on </span>
            <bdi className="font-medium text-ink">{device ?? "A device"}</bdi>
          </span>
          <span>
            {endedAt === null && "since "}
            <Time at={at} form="clock" />
            {endedAt !== null && (
              <>
                –<Time at={endedAt} form={sameDay ? "clock" : "short"} />
              </>
            )}
          </span>
          {place && (unusual ? <span>{place}</span> : <Where short={event.town ?? place} full={place} />)}
        </span>
        {endedAt === null && <Badge tone="live">Signed in</Badge>}
        {unusual && <Badge tone="unusual">{unusual}</Badge>}
        {address && <span className={classes("figures text-quiet sm:ms-auto", !unusual && place !== null && "max-sm:hidden")}>{address}</span>}
      </p>
    </>
  );
}
