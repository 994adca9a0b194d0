import { placeName } from "@/lib/core/place-name";
import { dayNumber, zoned } from "@/components/ui/time-words";
import type { SignInTime } from "@/lib/insights/schema";

/** Fewer sign-ins are no habit. */
const ENOUGH = 5;
/** What most of them do, as a share. */
const MOST = 0.8;
/** A place is the usual one from this share on. */
const MAIN = 0.6;
/** Hours further apart are any. */
const LONGEST = 14;
const PLACES = 5;
const UNKNOWN = "Unknown place";

export type HabitRow = {
  name: string;
  /** How many in each hour of the day. */
  hours: number[];
  count: number;
  /** The last of them. */
  last: string;
  unusual: boolean;
};

export type Habit = { count: number; sentence: string; rows: HabitRow[] };

/** From where and when one usually signs in: places by how often, and what most sign-ins have in common. `whose`: "You", or a name; `days`: how far back they go. For the server only, as `placeName` is. */
export function habitOf(times: readonly SignInTime[], zone: string, whose: "You" | "They", days: number): Habit {
  const rows = placesOf(times, zone);
  const [main] = rows;
  if (!main || times.length < ENOUGH) return { count: times.length, rows, sentence: times.length === 0 ? `No sign-ins in the last ${days} days.` : `${times.length} ${times.length === 1 ? "sign-in" : "sign-ins"} in the last ${days} days: too few to see a habit.` };
  const usual = main.count >= times.length * MAIN && main.name !== UNKNOWN ? ` from ${main.name}` : "";
  const when = whenOf(usual === "" ? times : times.filter((time) => nameOf(time) === main.name), zone);
  const others = rows.length > 1 && usual === "" && main.name !== UNKNOWN ? `, most often from ${main.name}` : "";
  return { count: times.length, rows, sentence: usual + when + others === "" ? `${whose} sign in at no usual time, from no usual place.` : `${whose} usually sign in${usual}${when}${others}.` };
}

function nameOf(time: SignInTime): string {
  return placeName(time) ?? UNKNOWN;
}

function placesOf(times: readonly SignInTime[], zone: string): HabitRow[] {
  const places = new Map<string, HabitRow & { country: string | null }>();
  for (const time of times) {
    const name = nameOf(time);
    const row = places.get(name) ?? { name, country: time.country, hours: Array.from({ length: 24 }, () => 0), count: 0, last: time.at, unusual: false };
    const hour = Number(zoned(Date.parse(time.at), zone).hour);
    row.hours[hour] = (row.hours[hour] ?? 0) + 1;
    row.count += 1;
    row.unusual ||= time.unusual;
    if (time.at > row.last) row.last = time.at;
    places.set(name, row);
  }
  const sorted = [...places.values()].sort((a, b) => b.count - a.count || b.last.localeCompare(a.last));
  const home = sorted[0]?.country;
  // Once or twice in a country that is not the usual one: that is what one looks for here.
  const marked = sorted.map(({ country, ...row }) => ({ ...row, unusual: row.unusual || (times.length >= ENOUGH && country !== null && country !== home && row.count <= 2) }));
  if (marked.length <= PLACES + 1) return marked;
  const shown = [...marked.filter((_row, index) => index < PLACES), ...marked.filter(({ unusual }, index) => index >= PLACES && unusual)].slice(0, 2 * PLACES);
  const rest = marked.filter((row) => !shown.includes(row));
  if (rest.length === 0) return shown;
  return [...shown, { name: `${rest.length} other places`, hours: Array.from({ length: 24 }, (_one, hour) => rest.reduce((sum, { hours }) => sum + (hours[hour] ?? 0), 0)), count: rest.reduce((sum, { count }) => sum + count, 0), last: rest[0]?.last ?? "", unusual: false }];
}

/** ", weekdays 8–18": the shortest span of hours that most of them are in, and the kind of days. */
function whenOf(times: readonly SignInTime[], zone: string): string {
  const weekdays = times.filter(({ at }) => (dayNumber(Date.parse(at), zone) + 3) % 7 < 5).length;
  const days = weekdays >= times.length * 0.85 ? "weekdays" : weekdays <= times.length * 0.15 ? "weekends" : null;
  const hours = Array.from({ length: 24 }, () => 0);
  for (const { at } of times) {
    const hour = Number(zoned(Date.parse(at), zone).hour);
    hours[hour] = (hours[hour] ?? 0) + 1;
  }
  let best = { from: 0, span: 24 };
  for (let from = 0; from < 24; from++) {
    for (let span = 1, inside = 0; span < best.span; span++) {
      inside += hours[(from + span - 1) % 24] ?? 0;
      if (inside >= times.length * MOST) best = { from, span };
    }
  }
  const span = best.span <= LONGEST ? `${best.from}–${(best.from + best.span) % 24 || 24}` : null;
  if (!days && !span) return "";
  return `, ${[days ?? (span ? "between" : ""), span].filter(Boolean).join(" ")}`;
}
