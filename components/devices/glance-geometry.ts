import { DAY, dayNumber, startOfDay } from "@/components/ui/time-words";
import type { SessionView } from "./device-views";

/** The picture is 720 units wide: an hour each, thirty days, now at the right. */
export const WIDTH = 720;
export const SPAN = 30 * DAY;
const HOUR = 3_600_000;

/** Where a time stands in the picture; what is outside stands at its edge. */
export function positionOf(at: number, now: number): number {
  const hours = (at - (now - SPAN)) / HOUR;
  return Math.round(Math.min(WIDTH, Math.max(0, hours)) * 100) / 100;
}

export type Bar = {
  session: SessionView;
  /** Signed in, last used, ended (or now). */
  from: number;
  used: number;
  to: number;
  lane: number;
};

/** The bars of one device, oldest first; sessions that overlap stand in lanes of their own. */
export function barsOf(sessions: readonly SessionView[], now: number): Bar[] {
  const ends: number[] = [];
  const bars: Bar[] = [];
  for (const session of [...sessions].sort((a, b) => a.createdAt.localeCompare(b.createdAt))) {
    const end = session.endedAt === null ? now : Date.parse(session.endedAt);
    if (end < now - SPAN) continue;
    const from = positionOf(Date.parse(session.createdAt), now);
    const free = ends.findIndex((laneEnd) => laneEnd <= from);
    const lane = free === -1 ? ends.length : free;
    const to = positionOf(end, now);
    ends[lane] = to;
    bars.push({ session, from, used: positionOf(Date.parse(session.lastSeenAt), now), to, lane });
  }
  return bars;
}

/** The nights, eleven to six, as one path as high as `height`. */
export function nightsPath(now: number, zone: string, height: number): string {
  const today = dayNumber(now, zone);
  let path = "";
  for (let day = today - 30; day <= today + 1; day++) {
    const midnight = startOfDay(day, zone);
    const from = positionOf(midnight - HOUR, now);
    const to = positionOf(midnight + 6 * HOUR, now);
    if (to > from) path += `M${from} 0H${to}V${height}H${from}z`;
  }
  return path;
}

/** The days that the axis names, counted back from today by weeks, each at its midnight. */
export function namedDays(now: number, zone: string): { day: number; at: number }[] {
  const today = dayNumber(now, zone);
  return [28, 21, 14, 7].map((back) => ({ day: today - back, at: positionOf(startOfDay(today - back, zone), now) }));
}
