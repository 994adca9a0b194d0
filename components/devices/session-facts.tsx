"use client";

import { CalendarX2 } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import { useTicking } from "@/components/ui/clock";
import { Ring } from "@/components/ui/ring";
import { Time } from "@/components/ui/time";
import { endsForGoodSoon } from "./ends-for-good";
import type { SessionView } from "./device-views";

/** Where a session is used from, since when, and how long it still lasts. */
export function SessionFacts({ session }: { session: SessionView }) {
  const { place, address, createdAt, lastSeenAt, expiresAt, absoluteExpiresAt, through } = session;
  const over = useTicking((now) => Date.parse(expiresAt) <= now);
  const last = useTicking((now) => endsForGoodSoon(session, now));
  const final = Date.parse(expiresAt) >= Date.parse(absoluteExpiresAt);
  return (
    <div className="space-y-1 text-13 text-quiet">
      <p className="flex flex-wrap items-center gap-x-1.5 gap-y-1">
        <span className="dots">
          {place && <span>{place}</span>}
          <span className="figures">{address}</span>
          <span>
            signed in <Time at={createdAt} />
            {through !== null && (
              <>
                {" "}
                through <bdi>{through}</bdi>
              </>
            )}
          </span>
        </span>
        {session.newAddress && !session.current && (
          <Badge tone="unusual" title="No earlier session came from this address">
            New address
          </Badge>
        )}
      </p>
      <p className="flex items-center gap-1.5">
        <Ring from={final ? createdAt : lastSeenAt} to={expiresAt} />
        {over ? (
          "Ending, not used any more"
        ) : (
          <span>
            Ends in <Time at={expiresAt} form="remaining" />
            {!final && " without use"}
          </span>
        )}
      </p>
      {last && (
        <p className="flex items-start gap-1.5">
          <CalendarX2 size={16} aria-hidden="true" className="mt-0.5 shrink-0" />
          <span className="text-pretty">
            Ends for good <Time at={absoluteExpiresAt} form="coming" />, whatever you do
          </span>
        </p>
      )}
    </div>
  );
}
