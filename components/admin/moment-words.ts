import { DAY, dayNumber, exactTime, startOfDay } from "@/components/ui/time-words";

const ISO_DAY = /^\d{4}-\d\d-\d\d$/;

/** A day as it was typed, which is UTC's; a moment by the day of the zone that begins, or ends, with it, else as its time there. */
export function momentWords(value: string, zone: string, what: "begins" | "ends"): string {
  const at = Date.parse(value);
  if (Number.isNaN(at) || ISO_DAY.test(value)) return value;
  const day = dayNumber(at, zone);
  const named = what === "begins" ? day : day - 1;
  return `${startOfDay(day, zone) === at ? new Date(named * DAY).toISOString().slice(0, 10) : exactTime(at, zone)} (${zone})`;
}
