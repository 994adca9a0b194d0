"use client";

import { useTicking, useZone } from "./clock";
import { clockTime, comingTime, dateWords, exactTime, relativeTime, remainingTime, shortTime } from "./time-words";

type Form = "relative" | "clock" | "short" | "remaining" | "coming" | "date";

/** A time in words that tick; the exact one on hover and in `datetime`. */
export function Time({ at, form = "relative", className }: { at: string; form?: Form; className?: string }) {
  const zone = useZone();
  const time = Date.parse(at);
  const words = useTicking((now) => {
    if (form === "clock") return clockTime(time, zone);
    if (form === "short") return shortTime(time, now, zone);
    if (form === "date") return dateWords(time, now, zone);
    if (form === "coming") return comingTime(time, now, zone);
    if (form === "remaining") return remainingTime(time - now);
    return relativeTime(time, now);
  });
  return (
    <time dateTime={at} title={exactTime(time, zone)} className={className}>
      {words}
    </time>
  );
}
