import { Badge } from "@/components/ui/badge";
import { Time } from "@/components/ui/time";
import { EventIcon } from "./event-icon";
import type { EventView } from "./event-views";

/** One thing that happened, on what and from where, and its time. */
export function EventLine({ event }: { event: EventView }) {
  const { sentence, own, device, place, address, elsewhere, unusual } = event;
  return (
    <>
      <span className="max-sm:hidden">
        <EventIcon type={event.type} unusual={unusual !== null} />
      </span>
      <p className="flex min-w-0 grow flex-wrap items-center gap-x-2 pt-0.5">
        <span className="font-medium">
          {sentence}
          {own && (
            <>
              {" "}
              <bdi>“{own}”</bdi>
            </>
          )}
        </span>
        {unusual && <Badge tone="unusual">{unusual}</Badge>}
        <span className="dots text-quiet">
          {device && <bdi>{device}</bdi>}
          {(place || address) && (
            <span>
              {elsewhere && "done from "}
              {place ?? <span className="figures">{address}</span>}
            </span>
          )}
          {place && address && <span className="figures">{address}</span>}
        </span>
      </p>
      <Time at={event.at} form="clock" className="whitespace-nowrap pt-0.5 text-quiet" />
    </>
  );
}
